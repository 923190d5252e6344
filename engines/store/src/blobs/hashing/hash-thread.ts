import { Worker } from 'node:worker_threads';

/** A thread without work is let go after this: it holds some 6 MB. */
const IDLE_MS = 30_000;

/** What is to be hashed together, in memory that both threads see. */
interface Question {
  readonly id: number;
  readonly parts: readonly Uint8Array[];
}

interface Answer {
  readonly id: number;
  readonly digest: Uint8Array;
}

/**
 * The thread's program. It is started from its text, and so may use nothing from around it: a file of TypeScript
 * takes a thread three times as long to start.
 */
function answerQuestions(): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  parentPort?.on('message', ({ id, parts }: Question) => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    parentPort?.postMessage({ id, digest: new Uint8Array(hash.digest()) } satisfies Answer);
  });
}

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
    this.#worker.ref();
    this.#worker.postMessage({ id, parts } satisfies Question);
    return answer.promise;
  }

  #start(): Worker {
    const worker = new Worker(`(${answerQuestions})()`, { eval: true });
    worker.once('online', () => {
      this.#isReady = true;
      // Not sooner: before it runs, a thread holds its process whatever it was told.
      worker.unref();
    });
    worker.on('message', ({ id, digest }: Answer) => {
      this.#waiting.get(id)?.resolve(digest);
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
