import { aborted, exactError } from '../errors.ts';

/** Something that waits for an engine process. */
export interface Waiting {
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  reject(error: unknown): void;
}

/** Weight of the newest duration in the running mean that retry hints come from. */
const NEWEST = 0.2;
const LEAST_RETRY_MS = 50;

/** First come, first served, with a bound. A task whose signal aborts while it waits is rejected and leaves. */
export class TaskQueue<T extends Waiting> {
  readonly #max: number;
  readonly #servers: number;
  readonly #tasks = new Map<T, () => void>();
  #meanMs = 0;

  /**
   * @param max tasks that may wait
   * @param servers how many tasks run at once, for the retry hint
   */
  constructor(max: number, servers: number) {
    this.#max = max;
    this.#servers = servers;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** @throws CodedError `QUEUE_FULL`, `RUN_ABORTED` */
  add(task: T): void {
    const { signal, what } = task;
    if (signal?.aborted) throw aborted(what, signal);
    if (this.#tasks.size >= this.#max) {
      const retryAfterMs = Math.max(
        LEAST_RETRY_MS,
        Math.ceil((this.#meanMs * this.#tasks.size) / this.#servers),
      );
      throw exactError(
        'QUEUE_FULL',
        `${this.#tasks.size} requests wait already: try again in ${retryAfterMs} ms, or ask another node`,
        { retryAfterMs },
      );
    }
    this.#wait(task);
  }

  /** The task that has waited longest. */
  take(): T | undefined {
    const [task] = this.#tasks.keys();
    if (task) this.#remove(task);
    return task;
  }

  /** The task that `take` would give. */
  peek(): T | undefined {
    return this.#tasks.keys().next().value;
  }

  /** Puts a task that was taken before all others again, whatever the bound. */
  putBack(task: T): void {
    const others = [...this.#tasks];
    this.#tasks.clear();
    this.#wait(task);
    for (const [other, leave] of others) this.#tasks.set(other, leave);
  }

  /** Tells how long a task took, for retry hints. */
  took(milliseconds: number): void {
    this.#meanMs = this.#meanMs === 0 ? milliseconds : this.#meanMs * (1 - NEWEST) + milliseconds * NEWEST;
  }

  /** Rejects everything that waits. */
  clear(error: Error): void {
    for (const task of [...this.#tasks.keys()]) {
      this.#remove(task);
      task.reject(error);
    }
  }

  #wait(task: T): void {
    const { signal, what } = task;
    const onAbort = () => {
      this.#remove(task);
      task.reject(aborted(what, signal));
    };
    signal?.addEventListener('abort', onAbort);
    this.#tasks.set(task, () => signal?.removeEventListener('abort', onAbort));
  }

  #remove(task: T): void {
    this.#tasks.get(task)?.();
    this.#tasks.delete(task);
  }
}
