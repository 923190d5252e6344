import { isCoded } from '@isobit/core';
import { entryFile } from '@isobit/model';
import { aborted, exactError } from '../errors.ts';
import type { ModelSource } from '../runtime.ts';
import { type EngineCall, EngineProcess, type Reply } from './engine-process.ts';
import { type LaunchOptions, launch } from './launch.ts';

/** What one engine process at a time is asked to do. */
export interface Job {
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** The model that must be loaded first, and the name it has in the process. */
  readonly model?: { readonly key: string; readonly source: ModelSource };
  /** Absent where loading is all. */
  readonly call?: EngineCall;
  readonly parts?: readonly Uint8Array[];
}

export interface SlotOptions extends LaunchOptions {
  readonly loadTimeoutMs: number;
  readonly runTimeoutMs: number;
  readonly maxLoaded: number;
  readonly idleTimeoutMs: number;
}

/** A run in the process. */
interface Running {
  /** Settles when it has ended, however. */
  readonly ended: Promise<void>;
  /** Whether it ended and left the process alive, which then went on to what follows. */
  isOver: boolean;
}

const MiB = 1024 * 1024;
const START_TIMEOUT_MS = 30_000;
/** A run that ends this soon after its caller left keeps its process and the models in it. */
const ABORT_GRACE_MS = 250;
/** The engine holds weights once for runs and once for traced runs. */
const COPIES = 2;

/** The place of one engine process: starts it, keeps models loaded in it, ends and replaces it. */
export class EngineSlot {
  readonly #options: SlotOptions;
  #process: EngineProcess | undefined;
  /** Bytes of each loaded model, least recently used first. */
  readonly #loaded = new Map<string, number>();
  readonly #unwanted = new Set<string>();
  /** Jobs in hand: one that runs, and at most one that follows it. */
  #jobs = 0;
  /** The run that the process works on, when it is one that another may follow. */
  #running: Running | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#jobs > 0;
  }

  /**
   * Whether a job may be sent while another runs, so that the process need not wait for this one between two runs: a
   * run of a model that is loaded, with nobody else following.
   */
  canFollow({ model, call, signal }: Job): boolean {
    if (this.#jobs !== 1 || !this.#running || this.#unwanted.size > 0 || signal?.aborted) return false;
    return call?.op === 'run' && model !== undefined && this.holds(model.key);
  }

  get pid(): number | undefined {
    return this.#process?.alive ? this.#process.pid : undefined;
  }

  holds(key: string): boolean {
    return this.#process?.alive === true && this.#loaded.has(key);
  }

  /** Has the process let go of a model; at once where it is idle, else before its next job. */
  async forget(key: string): Promise<void> {
    this.#unwanted.add(key);
    if (this.busy || !this.#process?.alive) return;
    await this.#whileBusy(() => this.#unloadUnwanted(this.#process as EngineProcess)).catch(() => undefined);
  }

  /**
   * Does a job in the process. Where memory runs out, models that others use go first.
   *
   * @param onRunning told when the process has begun, and another job may follow
   * @throws CodedError of the process, `RUN_TIMEOUT`, `RUN_ABORTED`, `RUN_MEMORY`, `ENGINE_CRASHED`
   */
  perform(job: Job, onRunning?: () => void): Promise<Reply | undefined> {
    return this.#whileBusy(async () => {
      try {
        return await this.#attempt(job, onRunning);
      } catch (error) {
        if (!isCoded(error, 'RUN_MEMORY') && !isCoded(error, 'ENGINE_CRASHED')) throw error;
        const crowded = this.#loaded.size > (job.model && this.#loaded.has(job.model.key) ? 1 : 0);
        // WebAssembly gives no memory back, and a process that broke may still be about to end: neither is of use.
        await this.#end(error);
        if (error.code === 'ENGINE_CRASHED' || !crowded) throw error;
        return await this.#attempt(job);
      }
    });
  }

  /**
   * Sends a run behind the one that the process works on; its time begins when that one has ended. Where the process
   * ends for another reason than this run's own time or caller, the run has to be done again: it may not have begun.
   *
   * @returns undefined where it has to be done again
   * @throws CodedError as `perform`
   */
  follow(job: Job, onRunning: () => void): Promise<Reply | undefined> {
    const process = this.#process as EngineProcess;
    const before = this.#running as Running;
    return this.#whileBusy(async () => {
      const reply = process.call(job.call as EngineCall, job.parts);
      reply.catch(() => undefined);
      await before.ended;
      try {
        return await this.#run(process, job, () => reply, onRunning);
      } catch (error) {
        const isOwn = isCoded(error, 'RUN_TIMEOUT') || isCoded(error, 'RUN_ABORTED');
        if (process.alive || (isOwn && before.isOver)) throw error;
        await process.exited;
        return undefined;
      }
    });
  }

  /** Ends the process, if one lives; the next job starts another. */
  async end(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#end(exactError('RUNTIME_DISPOSED', 'the runtime was disposed while it worked'));
  }

  async #whileBusy<T>(work: () => Promise<T>): Promise<T> {
    this.#jobs++;
    clearTimeout(this.#idle);
    try {
      return await work();
    } finally {
      this.#jobs--;
      if (this.#jobs === 0) this.#idle = setTimeout(() => this.end(), this.#options.idleTimeoutMs).unref();
    }
  }

  async #attempt(job: Job, onRunning?: () => void): Promise<Reply | undefined> {
    if (job.signal?.aborted) throw aborted(job.what, job.signal);
    const process = await this.#start();
    if (job.model) {
      this.#unwanted.delete(job.model.key);
      await this.#unloadUnwanted(process);
      await this.#load(process, job, job.model);
    }
    if (!job.call) return undefined;
    return await this.#run(process, job, () => process.call(job.call as EngineCall, job.parts), onRunning);
  }

  /** One run in the process, within its time; while it lasts, another may follow it. */
  async #run(
    process: EngineProcess,
    job: Job,
    wait: () => Promise<Reply>,
    onRunning?: () => void,
  ): Promise<Reply> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const running: Running = { ended: promise, isOver: false };
    const reply = this.#limited(process, job, this.#options.runTimeoutMs, wait);
    this.#running = running;
    onRunning?.();
    try {
      return await reply;
    } finally {
      running.isOver = process.alive;
      if (this.#running === running) this.#running = undefined;
      resolve();
    }
  }

  async #start(): Promise<EngineProcess> {
    if (this.#process?.alive) return this.#process;
    await this.#process?.exited;
    this.#loaded.clear();
    this.#unwanted.clear();
    const process = new EngineProcess(launch(this.#options));
    this.#process = process;
    const what = 'starting an engine process';
    await this.#limited(process, { what }, START_TIMEOUT_MS, () => process.ready());
    return process;
  }

  async #load(process: EngineProcess, job: Job, { key, source }: NonNullable<Job['model']>): Promise<void> {
    const known = this.#loaded.get(key);
    this.#loaded.delete(key);
    const { path, size } = entryFile(source.manifest);
    if (known === undefined) {
      await this.#makeRoom(process, size);
      const file = await source.locate?.(path);
      const bytes = file === undefined ? [await source.read(path, job.signal)] : [];
      const call: EngineCall = {
        op: 'load',
        key,
        manifest: source.manifest,
        ...(file === undefined ? {} : { file }),
      };
      await this.#limited(process, { ...job, what: 'loading the model' }, this.#options.loadTimeoutMs, () =>
        process.call(call, bytes),
      );
    }
    this.#loaded.set(key, size);
  }

  async #makeRoom(process: EngineProcess, size: number): Promise<void> {
    const room = (this.#options.memoryMiB * MiB) / COPIES - size;
    for (const [key] of this.#loaded) {
      const used = [...this.#loaded.values()].reduce((sum, bytes) => sum + bytes, 0);
      if (this.#loaded.size < this.#options.maxLoaded && used <= room) return;
      await this.#unload(process, key);
    }
  }

  async #unloadUnwanted(process: EngineProcess): Promise<void> {
    for (const key of this.#unwanted) if (this.#loaded.has(key)) await this.#unload(process, key);
    this.#unwanted.clear();
  }

  async #unload(process: EngineProcess, key: string): Promise<void> {
    this.#loaded.delete(key);
    await this.#limited(process, { what: 'unloading a model' }, this.#options.loadTimeoutMs, () =>
      process.call({ op: 'unload', key }),
    );
  }

  /** Waits for the process, but no longer than allowed: it cannot be interrupted, so it is ended. */
  async #limited(
    process: EngineProcess,
    { what, signal }: Job,
    ms: number,
    wait: () => Promise<Reply>,
  ): Promise<Reply> {
    const timers = [
      setTimeout(
        () =>
          process.kill(exactError('RUN_TIMEOUT', `${what} took more than ${ms} ms and was ended`, { ms })),
        ms,
      ),
    ];
    const onAbort = () => timers.push(setTimeout(() => process.kill(aborted(what, signal)), ABORT_GRACE_MS));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    try {
      return await wait();
    } finally {
      timers.forEach(clearTimeout);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #end(reason: Parameters<EngineProcess['kill']>[0]): Promise<void> {
    const process = this.#process;
    process?.kill(reason);
    await process?.exited;
    if (this.#process === process) this.#loaded.clear();
  }
}
