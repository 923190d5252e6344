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
    for (let task = this.#queue.peek(); task; task = this.#queue.peek()) {
      const work = this.#workFor(task);
      if (!work) return;
      this.#queue.take();
      void this.#run(task, work);
    }
  }

  /** How a task can be begun now: by a process that is idle, else behind the run of one that holds its model. */
  #workFor(task: Task): (() => Promise<Reply | undefined | typeof AGAIN>) | undefined {
    const pump = () => this.#pump();
    const idle = this.#slots.filter((slot) => !slot.busy);
    const { model } = task;
    // One that holds the model spares loading it again.
    const slot = (model && idle.find((one) => one.holds(model.key))) ?? idle[0];
    if (slot) return () => slot.perform(task, pump);
    const before = this.#slots.find((one) => one.canFollow(task));
    return before && (async () => (await before.follow(task, pump)) ?? AGAIN);
  }

  async #run(task: Task, work: () => Promise<Reply | undefined | typeof AGAIN>): Promise<void> {
    const { signal } = task;
    // The caller is told at once; the slot stays busy until its process is free or replaced.
    const onAbort = () => task.reject(aborted(task.what, signal));
    signal?.addEventListener('abort', onAbort, { once: true });
    const started = performance.now();
    try {
      const done = await work();
      if (done !== AGAIN) task.resolve(done);
      else if (this.#disposed) task.reject(gone());
      else if (!signal?.aborted) this.#queue.putBack(task);
    } catch (error) {
      task.reject(this.#disposed ? gone() : error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#queue.took(performance.now() - started);
      this.#pump();
    }
  }
}

/** A run that was lost with the process in which it followed another. */
const AGAIN = Symbol('again');

const gone = () => exactError('RUNTIME_DISPOSED', 'the runtime was disposed; create another');
