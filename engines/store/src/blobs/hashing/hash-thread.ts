import { Worker } from 'node:worker_threads';
import type { HashAnswer, HashQuestion } from './hash-worker.ts';

/** A thread without work is let go after this: it holds some 10 MB. */
const IDLE_MS = 5_000;

/** A thread that hashes. It starts with the first question, and keeps no process alive. */
export class HashThread {
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array>>();
  #worker: Worker | undefined;
  #isReady = false;
  #next = 0;
  #idle: NodeJS.Timeout | undefined;

  /** Questions without an answer yet. */
  get pending(): number {
    return this.#waiting.size;
  }

  /**
   * SHA-256 of these parts together, which lie in shared memory or are small.
   *
   * @returns undefined while the thread starts: whoever asks then is sooner done alone
   */
  hash(parts: readonly Uint8Array[]): Promise<Uint8Array> | undefined {
    this.#idle = this.#idle?.refresh() ?? setTimeout(() => this.#rest(), IDLE_MS).unref();
    this.#worker ??= this.#start();
    if (!this.#isReady) return undefined;
    const id = this.#next++;
    const answer = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(id, answer);
    this.#worker.postMessage({ id, parts } satisfies HashQuestion);
    return answer.promise;
  }

  #start(): Worker {
    const worker = new Worker(new URL(import.meta.url.replace('/hash-thread.', '/hash-worker.')));
    worker.unref();
    worker.once('online', () => {
      this.#isReady = true;
    });
    worker.on('message', ({ id, digest }: HashAnswer) => {
      this.#waiting.get(id)?.resolve(digest);
      this.#waiting.delete(id);
    });
    worker.once('error', (error) => {
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
      this.#end();
    });
    return worker;
  }

  #rest(): void {
    this.#idle = undefined;
    if (this.pending === 0) this.#end();
  }

  #end(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#isReady = false;
  }
}
