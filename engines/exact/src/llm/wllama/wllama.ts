import { isCoded } from '@isobit/core';
import { exactError } from '../../errors.ts';

/** As much of a `Blob` as wllama uses. */
export type WllamaFile = Pick<Blob, 'size' | 'stream'>;

/** What is used of wllama's class, wherever it runs. */
export interface Wllama {
  loadModel(files: readonly WllamaFile[], config: Record<string, unknown>): Promise<void>;
  getLoadedContextInfo(): LoadedContext | Promise<LoadedContext>;
  kvClear(): Promise<void>;
  decode(tokens: readonly number[], options: object): Promise<unknown>;
  getLogits(topK: number): Promise<readonly { readonly token: number; readonly p: number }[]>;
  exit(): Promise<void>;
}

interface LoadedContext {
  readonly n_vocab: number;
}

export interface WllamaOptions {
  /** Positions at most. */
  readonly context: number;
  /** Tokens of a prompt that are evaluated together; `PROMPT_BATCH` when absent. */
  readonly promptBatch?: number;
}

/** Starts wllama with a model in it: a GGUF file, or its parts in their order. @throws CodedError `ENGINE_*`, `MODEL_REFUSED`; of the file */
export type OpenWllama = (files: readonly WllamaFile[], options: WllamaOptions) => Promise<Wllama>;

/** Tokens of a prompt that are evaluated together; the bits of llama.cpp depend on it. */
export const PROMPT_BATCH = 64;

/**
 * Puts a model into wllama as the profile says (specs/profile-llama-wasm-1.md section 2).
 *
 * @throws CodedError `MODEL_REFUSED`; of the file
 */
export async function loadInto(
  wllama: Pick<Wllama, 'loadModel'>,
  files: readonly WllamaFile[],
  { context, promptBatch = PROMPT_BATCH }: WllamaOptions,
): Promise<void> {
  try {
    await wllama.loadModel(files, {
      n_ctx: context,
      n_threads: 1,
      n_batch: promptBatch,
      flash_attn: false,
    });
  } catch (error) {
    // What the file's bytes, or their reader, have against it.
    if (isCoded(error)) throw error;
    throw exactError('MODEL_REFUSED', `llama.cpp refused the model: ${String(error)}`, {}, error);
  }
}
