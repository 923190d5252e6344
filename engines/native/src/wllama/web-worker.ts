import { resolveObjectURL } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { Worker as Thread, type Transferable } from 'node:worker_threads';

const SEAL = fileURLToPath(import.meta.resolve('@isobit/exact/process/seal'));

/*
 * What a page gives the script of a Web Worker, in a thread of Node. A thread has modules of its own, so the network is
 * taken from it as from an engine process.
 */
const PRELUDE = `{
  require(${JSON.stringify(SEAL)});
  const { parentPort } = require('node:worker_threads');
  globalThis.self = globalThis;
  globalThis.postMessage = (message, transfer) => parentPort.postMessage(message, Array.isArray(transfer) ? transfer : []);
  parentPort.on('message', (data) => globalThis.onmessage?.({ data }));
}
`;

/** As much of a page's `Worker` as wllama uses: a script behind a blob's URL, in a thread of Node. */
export class WebWorker {
  onmessage?: (event: { data: unknown }) => void;
  onerror?: (error: unknown) => void;
  readonly #thread: Promise<Thread>;

  constructor(url: string) {
    this.#thread = this.#start(url);
    this.#thread.catch((error: unknown) => this.onerror?.(error));
  }

  async #start(url: string): Promise<Thread> {
    const script = await resolveObjectURL(url)?.text();
    if (script === undefined) throw new Error('the script of a worker is gone');
    const thread = new Thread(PRELUDE + script, { eval: true });
    thread.on('message', (data) => this.onmessage?.({ data }));
    thread.on('error', (error) => this.onerror?.(error));
    return thread;
  }

  postMessage(message: unknown, options: { transfer?: readonly Transferable[] } = {}): void {
    void this.#thread.then((thread) => thread.postMessage(message, options.transfer ?? []));
  }

  terminate(): void {
    void this.#thread.then((thread) => thread.terminate());
  }
}
