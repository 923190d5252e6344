import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { exactError, wllamaDigest } from '@isobit/exact';
import {
  createSequences,
  loadInto,
  type Wllama,
  type WllamaFile,
  type WllamaOptions,
} from '@isobit/exact/llm';
import { WebWorker } from './web-worker.ts';
import { wllamaFileOf } from './wllama-files.ts';

/** What benchmarks use of wllama's class besides: its declarations do not resolve under Node's rules for modules. */
export interface SamplingWllama extends Wllama {
  samplingInit(options: { readonly temp: number }): Promise<void>;
  samplingSample(): Promise<{ readonly token: number }>;
}

interface WllamaModule {
  readonly Wllama: new (paths: Record<string, string>, options: object) => SamplingWllama;
}

/** Loads take turns: wllama finds its worker's class by a global name, so two at once would share one. */
const loading = createSequences(['the turn']);

/** llama.cpp's words about a model go nowhere: what fails is thrown. */
const silent = { debug() {}, log() {}, warn() {}, error() {} };

/**
 * llama.cpp in WebAssembly with a model in it, as profile llama-wasm-1 sets it up.
 *
 * @param files a model in GGUF, or its parts in their order
 * @throws CodedError `ENGINE_DIGEST`, `MODEL_REFUSED`; of the file
 */
export async function openWllama(
  files: readonly WllamaFile[],
  options: WllamaOptions,
): Promise<SamplingWllama> {
  const path = wllamaFileOf(wllamaDigest) as string;
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
    await loadInto(wllama, files, options);
  } catch (error) {
    for (const worker of workers) worker.terminate();
    throw error;
  }
  return wllama;
}
