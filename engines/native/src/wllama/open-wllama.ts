import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isCoded } from '@isobit/core';
import { exactError } from '@isobit/exact';
import { createSequences } from '../sequences.ts';
import { WebWorker } from './web-worker.ts';
import { wllamaDigest } from './wllama-engine.ts';

/** As much of a `Blob` as wllama uses. */
export type WllamaFile = Pick<Blob, 'size' | 'stream'>;

/** What is used of wllama's class: its declarations do not resolve under Node's rules for modules. */
export interface Wllama {
  loadModel(files: readonly WllamaFile[], config: Record<string, unknown>): Promise<void>;
  getLoadedContextInfo(): { readonly n_vocab: number };
  kvClear(): Promise<void>;
  decode(tokens: readonly number[], options: object): Promise<unknown>;
  getLogits(topK: number): Promise<readonly { readonly token: number; readonly p: number }[]>;
  samplingInit(options: { readonly temp: number }): Promise<void>;
  samplingSample(): Promise<{ readonly token: number }>;
  exit(): Promise<void>;
}

interface WllamaModule {
  readonly Wllama: new (paths: Record<string, string>, options: object) => Wllama;
}

/** Tokens of a prompt that are evaluated together; the bits of llama.cpp depend on it. */
export const PROMPT_BATCH = 64;

/** Loads take turns: wllama finds its worker's class by a global name, so two at once would share one. */
const loading = createSequences(['the turn']);

/** llama.cpp's words about a model go nowhere: what fails is thrown. */
const silent = { debug() {}, log() {}, warn() {}, error() {} };

const wasmPath = (): string =>
  fileURLToPath(new URL('single-thread/wllama.wasm', import.meta.resolve('@wllama/wllama/esm/index.js')));

/**
 * llama.cpp in WebAssembly with a model in it, as profile llama-wasm-1 sets it up.
 *
 * @param files a model in GGUF, or its parts in their order
 * @throws CodedError `ENGINE_DIGEST`, `MODEL_REFUSED`; of the file
 */
export async function openWllama(
  files: readonly WllamaFile[],
  { context, promptBatch = PROMPT_BATCH }: { context: number; promptBatch?: number },
): Promise<Wllama> {
  const path = wasmPath();
  const digest = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  if (digest !== wllamaDigest)
    throw exactError(
      'ENGINE_DIGEST',
      `${path} has digest ${digest}, not that of llama-wasm-1: install it again`,
    );
  using _ = await loading.borrow();
  const workers: WebWorker[] = [];
  class Worker extends WebWorker {
    constructor(url: string) {
      super(url);
      workers.push(this);
    }
  }
  // wllama was written for pages: it looks for these two by name.
  Object.assign(globalThis, { Worker, document: { baseURI: 'file:///' } });
  const { Wllama } = (await import('@wllama/wllama/esm/index.js')) as unknown as WllamaModule;
  const wllama = new Wllama({ 'single-thread/wllama.wasm': path }, { logger: silent });
  try {
    await wllama.loadModel(files, {
      n_ctx: context,
      n_threads: 1,
      n_batch: promptBatch,
      flash_attn: false,
    });
  } catch (error) {
    for (const worker of workers) worker.terminate();
    // What the file's bytes, or their reader, have against it.
    if (isCoded(error)) throw error;
    throw exactError('MODEL_REFUSED', `llama.cpp refused the model: ${String(error)}`, {}, error);
  }
  return wllama;
}
