import { sha256, toHex } from '@isobit/core';
import { exactError } from '../../../errors.ts';
import type { Runtime } from '../../../runtime.ts';
import { createLanguageRuntime } from '../../create-language-runtime.ts';
import { loadInto, type OpenWllama } from '../wllama.ts';
import { wllamaDigest, wllamaScriptDigest } from '../wllama-engine.ts';
import { wllamaLaw } from '../wllama-law.ts';
import { type HostWorker, remoteWllama } from './remote-wllama.ts';
import { workerScript } from './worker-script.ts';

export interface LlamaInWorkerOptions {
  /** wllama's binary, of `wllamaDigest`. */
  readonly wasm: Uint8Array;
  /** wllama's script, of `wllamaScriptDigest`. */
  readonly script: Uint8Array;
  /** Told each time that llama.cpp has evaluated tokens: a long prompt takes it minutes. */
  readonly onEvaluated?: () => void;
  /** A `Worker` of the browser when absent. */
  readonly startWorker?: (script: Blob) => HostWorker;
}

/**
 * Profile `llama-wasm-1` in a page or a worker of it (specs/profile-llama-wasm-1.md): each model in workers of its own,
 * which have no network.
 *
 * @throws CodedError `ENGINE_DIGEST`
 */
export function createLlamaInWorker({
  wasm,
  script,
  onEvaluated = () => {},
  startWorker = startWebWorker,
}: LlamaInWorkerOptions): Runtime {
  checkDigest(wasm, wllamaDigest, 'binary');
  checkDigest(script, wllamaScriptDigest, 'script');
  const open: OpenWllama = async (files, options) => {
    // Read before anything starts: each piece of them is verified, and may be refused.
    const read: Blob[] = [];
    for (const file of files) read.push(await new Response(file.stream()).blob());
    const worker = startWorker(workerScript(script));
    const wllama = remoteWllama(worker);
    worker.postMessage(wasm);
    try {
      await loadInto(wllama, read, options);
    } catch (error) {
      await wllama.exit();
      throw error;
    }
    return {
      ...wllama,
      async decode(...given) {
        await wllama.decode(...given);
        onEvaluated();
      },
    };
  };
  return createLanguageRuntime({ law: wllamaLaw(open) });
}

// A classic worker: a page from disk may start no module.
const startWebWorker = (script: Blob): HostWorker => new Worker(URL.createObjectURL(script));

function checkDigest(bytes: Uint8Array, digest: string, what: string): void {
  const found = toHex(sha256(bytes));
  if (found !== digest)
    throw exactError('ENGINE_DIGEST', `wllama's ${what} has sha-256 ${found}, needed is ${digest}`);
}
