import {
  createLanguageProcess,
  type LanguageProcess,
  type LanguageProcessOptions,
} from '@isobit/exact/process';
import { type Allow, allowedOnly } from './allow.ts';
import { createLinkedParts } from './llama/linked-parts.ts';
import { llamaProgram } from './llama/llama-program.ts';
import { wllamaProgram } from './wllama/wllama-program.ts';

type ProcessOptions = Omit<LanguageProcessOptions, 'program' | 'threads' | 'engineFile'>;

export interface LlamaNativeOptions extends ProcessOptions {
  /** Which models the operator lets native code load. */
  readonly allow: Allow;
}

/**
 * llama.cpp under the profile `fast`, in an engine process: native code never shares a process with keys. It is not
 * bound by Node's permissions, so only models that the operator allows get that far.
 */
export function createLlamaNative({ allow, ...options }: LlamaNativeOptions): LanguageProcess {
  const parts = createLinkedParts();
  const readRoots = [...options.readRoots, parts.folder];
  const inner = createLanguageProcess({ ...options, readRoots, program: llamaProgram });
  // The rest is inherited, getters that tell of this moment among it.
  const runtime: LanguageProcess = Object.assign(Object.create(inner), {
    load: (source, loading) => inner.load(parts.of(source), loading),
    async [Symbol.asyncDispose]() {
      await inner[Symbol.asyncDispose]();
      await parts[Symbol.asyncDispose]();
    },
  } satisfies Partial<LanguageProcess>);
  return allowedOnly(runtime, allow);
}

/** llama.cpp in WebAssembly under the profile `llama-wasm-1`, in an engine process without native code: any model. */
export const createLlamaWasm = (options: ProcessOptions): LanguageProcess =>
  createLanguageProcess({ ...options, program: wllamaProgram });
