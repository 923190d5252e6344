import { aborted, exactError } from '../errors.ts';
import type { Reply } from './engine-process.ts';
import { EngineSlot, type Job, type SlotOptions } from './engine-slot.ts';
import { TaskQueue } from './queue.ts';

interface Task extends Job {
  resolve(reply: Reply | undefined): void;
  reject(error: unknown): void;
}

export interface PoolOptions extends SlotOptions {
  readonly maxQueued: number;
  readonly children: number;
}

/** Hands jobs to engine processes in the order in which they came. */
export class EnginePool {
  readonly #slots: readonly EngineSlot[];
  readonly #queue: TaskQueue<Task>;
  #disposed = false;

  constructor(options: PoolOptions) {
    this.#slots = Array.from({ length: options.children }, () => new EngineSlot(options));
    this.#queue = new TaskQueue(options.maxQueued, options.children);
  }

  get queued(): number {
    return this.#queue.size;
  }

  /** Ids of the processes that live now. */
  get pids(): number[] {
    return this.#slots.flatMap((slot) => slot.pid ?? []);
  }

  /** @throws CodedError `QUEUE_FULL`, `RUNTIME_DISPOSED`, and as `EngineSlot.perform` */
  submit(job: Job): Promise<Reply | undefined> {
    if (this.#disposed) return Promise.reject(gone());
    return new Promise((resolve, reject) => {
      this.#queue.add({ ...job, resolve, reject });
      this.#pump();
    });
  }

  /** Has every process let go of a model. */
  async forget(key: string): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.forget(key).finally(() => this.#pump())));
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#queue.clear(gone());
    await Promise.all(this.#slots.map((slot) => slot.end()));
  }

  #pump(): void {
    while (this.#queue.size > 0) {
      const idle = this.#slots.filter((slot) => !slot.busy);
      if (idle.length === 0) return;
      const task = this.#queue.take() as Task;
      const { model } = task;
      // One that holds the model spares loading it again.
      const slot = (model && idle.find((one) => one.holds(model.key))) ?? idle[0];
      if (slot) void this.#run(slot, task);
    }
  }

  async #run(slot: EngineSlot, task: Task): Promise<void> {
    const { signal } = task;
    // The caller is told at once; the slot stays busy until its process is free or replaced.
    const onAbort = () => task.reject(aborted(task.what, signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    const started = performance.now();
    try {
      task.resolve(await slot.perform(task));
    } catch (error) {
      task.reject(this.#disposed ? gone() : error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#queue.took(performance.now() - started);
      this.#pump();
    }
  }
}

const gone = () => exactError('RUNTIME_DISPOSED', 'the runtime was disposed; create another');
