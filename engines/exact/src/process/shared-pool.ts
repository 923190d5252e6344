import { aborted, exactError } from '../errors.ts';
import type { Reply } from './engine-process.ts';
import { TaskQueue } from './queue.ts';
import { type SharedJob, SharedSlot, type SharedSlotOptions } from './shared-slot.ts';

interface Task extends SharedJob {
  resolve(reply: Reply | undefined): void;
  reject(error: unknown): void;
}

export interface SharedPoolOptions extends SharedSlotOptions {
  readonly maxQueued: number;
  /** Jobs at once. */
  readonly maxRunning: number;
}

/** Hands jobs to a process that does many at once, those that are too many in the order in which they came. */
export class SharedPool {
  readonly #slot: SharedSlot;
  readonly #queue: TaskQueue<Task>;
  readonly #maxRunning: number;
  #running = 0;
  #disposed = false;

  constructor(options: SharedPoolOptions) {
    this.#slot = new SharedSlot(options);
    this.#queue = new TaskQueue(options.maxQueued, options.maxRunning);
    this.#maxRunning = options.maxRunning;
  }

  get queued(): number {
    return this.#queue.size;
  }

  get running(): number {
    return this.#running;
  }

  /** Ids of the processes that live now. */
  get pids(): number[] {
    return this.#slot.pid === undefined ? [] : [this.#slot.pid];
  }

  /** @throws CodedError `QUEUE_FULL`, `RUNTIME_DISPOSED`, and as `SharedSlot.perform` */
  submit(job: SharedJob): Promise<Reply | undefined> {
    if (this.#disposed) return Promise.reject(gone());
    return new Promise((resolve, reject) => {
      this.#queue.add({ ...job, resolve, reject });
      this.#pump();
    });
  }

  forget(key: string): void {
    this.#slot.forget(key);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#queue.clear(gone());
    await this.#slot.end();
  }

  #pump(): void {
    while (this.#running < this.#maxRunning) {
      const task = this.#queue.take();
      if (!task) return;
      void this.#run(task);
    }
  }

  async #run(task: Task): Promise<void> {
    const { signal } = task;
    // The caller is told at once; the place is free when the process has ended the run.
    const onAbort = () => task.reject(aborted(task.what, signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    const started = performance.now();
    this.#running++;
    try {
      task.resolve(await this.#slot.perform(task));
    } catch (error) {
      task.reject(this.#disposed ? gone() : error);
    } finally {
      this.#running--;
      signal?.removeEventListener('abort', onAbort);
      this.#queue.took(performance.now() - started);
      this.#pump();
    }
  }
}

const gone = () => exactError('RUNTIME_DISPOSED', 'the runtime was disposed; create another');
