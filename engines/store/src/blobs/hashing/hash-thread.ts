import { Worker } from 'node:worker_threads';
import { createHashFour } from '@isobit/kernels/hashing';
import { type Answer, answerQuestions, type HashThreadData, type Question } from './answer-questions.ts';
import { hashingModule } from './hashing-module.ts';

/** A thread without work is let go after this: it holds some 6 MB. */
const IDLE_MS = 30_000;
/** Bytes a millisecond that node:crypto reaches nowhere without instructions for SHA-256, and nearly everywhere with. */
const WITH_INSTRUCTIONS = 700_000;

/** A thread that hashes. It starts with the first question, and keeps a process alive only while it has one. */
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
   * The leaf of a block (specs/block-tree.md), which lies in shared memory or is small, and stays as it is meanwhile.
   *
   * @returns undefined while the thread starts: whoever asks then is sooner done alone
   */
  leafOf(block: Uint8Array): Promise<Uint8Array> | undefined {
    this.#idle = this.#idle?.refresh() ?? setTimeout(() => this.#rest(), IDLE_MS).unref();
    this.#worker ??= this.#start();
    if (!this.#isReady) return undefined;
    const id = this.#next++;
    const answer = Promise.withResolvers<Uint8Array>();
    this.#waiting.set(id, answer);
    this.#worker.ref();
    this.#worker.postMessage({ id, block } satisfies Question);
    return answer.promise;
  }

  #start(): Worker {
    // From its text: a file of TypeScript takes a thread three times as long to start.
    const program = `(${answerQuestions})(${createHashFour})`;
    const workerData: HashThreadData = { module: hashingModule(), fast: WITH_INSTRUCTIONS };
    const worker = new Worker(program, { eval: true, workerData });
    worker.once('online', () => {
      this.#isReady = true;
      // Not sooner: before it runs, a thread holds its process whatever it was told.
      worker.unref();
    });
    worker.on('message', ({ id, leaf }: Answer) => {
      this.#waiting.get(id)?.resolve(leaf);
      this.#waiting.delete(id);
      if (this.pending === 0) worker.unref();
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
