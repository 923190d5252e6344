import { isCoded } from '@isobit/core';
import { aborted, exactError } from '../errors.ts';
import type { ModelSource } from '../runtime.ts';
import { type Call, type EngineCall, EngineProcess, type Reply } from './engine-process.ts';
import { type LaunchOptions, launch } from './launch.ts';
import { filesOf, placesOf } from './places.ts';

/** Something that the process is asked to do. */
export interface SharedJob {
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** The model that must be loaded first, and the name it has in the process. */
  readonly model?: { readonly key: string; readonly source: ModelSource };
  /** Absent where loading is all: the answer is then that of the load. */
  readonly call?: EngineCall;
  readonly onEvent?: (event: unknown) => void;
}

export interface SharedSlotOptions extends LaunchOptions {
  /** Longest silence of a process that works, milliseconds: it tells every second that it goes on. */
  readonly stallMs: number;
  readonly maxLoaded: number;
  readonly idleTimeoutMs: number;
}

interface Loaded {
  /** Its answer to the load. */
  readonly ready: Promise<Reply>;
  /** Runs that use it. */
  users: number;
}

const START_TIMEOUT_MS = 30_000;
/** A cancelled run ends within a token; one that has not by now hangs. */
const CANCEL_MS = 30_000;

/**
 * The place of one engine process in which many runs go on at once: starts it, keeps models loaded in it, ends and
 * replaces it. What ends the process ends all that it works on.
 */
export class SharedSlot {
  readonly #options: SharedSlotOptions;
  #starting: Promise<EngineProcess> | undefined;
  #process: EngineProcess | undefined;
  /** Least recently used first. */
  readonly #loaded = new Map<string, Loaded>();
  readonly #unwanted = new Set<string>();
  #jobs = 0;
  #idle: NodeJS.Timeout | undefined;
  #stall: NodeJS.Timeout | undefined;

  constructor(options: SharedSlotOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#process?.alive ? this.#process.pid : undefined;
  }

  /**
   * Does a job in the process, beside others.
   *
   * @throws CodedError of the process, `RUN_TIMEOUT`, `RUN_ABORTED`, `RUN_MEMORY`, `ENGINE_CRASHED`
   */
  async perform(job: SharedJob): Promise<Reply | undefined> {
    if (job.signal?.aborted) throw aborted(job.what, job.signal);
    this.#jobs++;
    clearTimeout(this.#idle);
    try {
      const process = await this.#start();
      this.#heard(process);
      const { model, call } = job;
      if (!model) return call && (await this.#call(process, job, call));
      const loaded = this.#claim(process, model);
      try {
        const opened = await loaded.ready;
        return call ? await this.#call(process, job, call) : opened;
      } finally {
        loaded.users--;
        this.#unloadUnwanted(process);
      }
    } finally {
      this.#jobs--;
      if (this.#jobs === 0) this.#rest();
    }
  }

  /** Has the process let go of a model as soon as nothing runs on it. */
  forget(key: string): void {
    this.#unwanted.add(key);
    if (this.#process?.alive) this.#unloadUnwanted(this.#process);
  }

  /** Ends the process, if one lives; the next job starts another. */
  async end(): Promise<void> {
    clearTimeout(this.#idle);
    const process = await this.#starting?.catch(() => undefined);
    process?.kill(exactError('RUNTIME_DISPOSED', 'the runtime was disposed while it worked'));
    await process?.exited;
  }

  #rest(): void {
    clearTimeout(this.#stall);
    this.#idle = setTimeout(() => void this.end(), this.#options.idleTimeoutMs).unref();
  }

  #start(): Promise<EngineProcess> {
    const before = this.#process;
    if (!this.#starting || (before && !before.alive)) {
      // Whoever comes before the next process is there waits for it too, and starts no second one.
      this.#process = undefined;
      this.#starting = this.#launch(before);
    }
    return this.#starting;
  }

  async #launch(before: EngineProcess | undefined): Promise<EngineProcess> {
    await before?.exited;
    this.#loaded.clear();
    this.#unwanted.clear();
    const process = new EngineProcess(launch(this.#options));
    this.#process = process;
    process.onHeard = () => this.#heard(process);
    const late = exactError(
      'RUN_TIMEOUT',
      `starting an engine process took more than ${START_TIMEOUT_MS} ms and was ended`,
    );
    const timer = setTimeout(() => process.kill(late), START_TIMEOUT_MS);
    try {
      await process.ready();
    } catch (error) {
      if (isCoded(error)) process.kill(error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
    return process;
  }

  /** Begins to wait anew for the process to say something, while it works. */
  #heard(process: EngineProcess): void {
    clearTimeout(this.#stall);
    if (this.#jobs === 0) return;
    const ms = this.#options.stallMs;
    const stuck = exactError('RUN_TIMEOUT', `nothing went on for ${ms} ms, so the run was ended`, { ms });
    this.#stall = setTimeout(() => process.kill(stuck), ms).unref();
  }

  /** The model, loaded or about to be, with one user more. */
  #claim(process: EngineProcess, model: NonNullable<SharedJob['model']>): Loaded {
    const { key } = model;
    this.#unwanted.delete(key);
    const known = this.#loaded.get(key);
    // Looked at again, a model becomes the newest.
    this.#loaded.delete(key);
    const loaded: Loaded = known ?? { ready: this.#load(process, model), users: 0 };
    this.#loaded.set(key, loaded);
    loaded.users++;
    if (!known) {
      loaded.ready.catch(() => {
        if (this.#loaded.get(key) === loaded) this.#loaded.delete(key);
      });
    }
    return loaded;
  }

  async #load(process: EngineProcess, { key, source }: NonNullable<SharedJob['model']>): Promise<Reply> {
    this.#makeRoom(process);
    const { manifest } = source;
    const places = await placesOf(source);
    const call: EngineCall = { op: 'open', key, manifest, ...(places ? { places } : {}) };
    const send = () => (places ? [] : filesOf(source));
    try {
      return await process.call(call, await send());
    } catch (error) {
      // Models that nobody uses now may hold what this one needs.
      if (!isCoded(error, 'MODEL_MEMORY') || !this.#unloadIdle(process)) throw error;
      return await process.call(call, await send());
    }
  }

  #makeRoom(process: EngineProcess): void {
    for (const [key, { users }] of this.#loaded) {
      if (this.#loaded.size < this.#options.maxLoaded) return;
      if (users === 0) this.#unload(process, key);
    }
  }

  /** @returns whether there was one */
  #unloadIdle(process: EngineProcess): boolean {
    const idle = [...this.#loaded].filter(([, { users }]) => users === 0);
    for (const [key] of idle) this.#unload(process, key);
    return idle.length > 0;
  }

  #unloadUnwanted(process: EngineProcess): void {
    for (const key of this.#unwanted) {
      const loaded = this.#loaded.get(key);
      if (loaded && loaded.users > 0) continue;
      this.#unwanted.delete(key);
      if (loaded) this.#unload(process, key);
    }
  }

  /** The process takes messages in order: what comes next finds it gone. */
  #unload(process: EngineProcess, key: string): void {
    this.#loaded.delete(key);
    process.call({ op: 'unload', key }).catch(() => undefined);
  }

  async #call(
    process: EngineProcess,
    { what, signal, onEvent }: SharedJob,
    call: EngineCall,
  ): Promise<Reply> {
    if (signal?.aborted) throw aborted(what, signal);
    const running: Call = process.begin(call, [], onEvent);
    let timer: NodeJS.Timeout | undefined;
    const hangs = exactError('RUN_TIMEOUT', `a run that was given up did not end within ${CANCEL_MS} ms`);
    const onAbort = () => {
      running.cancel();
      timer = setTimeout(() => process.kill(hangs), CANCEL_MS).unref();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await running.reply;
    } catch (error) {
      throw signal?.aborted ? aborted(what, signal) : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
