import { type Manifest, modelId } from '@isobit/model';
import { llmExact, type Profile } from '@isobit/receipt';
import { exactError } from '../errors.ts';
import type { LanguageModelInfo } from '../llm/inspect-language-model.ts';
import { languageEngine, languageEngines } from '../llm/kernels-engine.ts';
import { takesLanguage } from '../llm/memory.ts';
import type { Engine, LoadedModel, LoadOptions, ModelSource, Runtime } from '../runtime.ts';
import type { Reply } from './engine-process.ts';
import { openChecked, openEngine, openExecution, openInfo, openPiece } from './language-replies.ts';
import { type ChildEntry, entryPath } from './launch.ts';
import type { EngineReply } from './messages.ts';
import type { FilePlace } from './places.ts';
import { SharedPool } from './shared-pool.ts';

/** What runs in an engine process of language models, under which law. */
export interface LanguageProgram {
  readonly profile: Profile;
  readonly entry: ChildEntry;
  /** Every build that its models may run on. */
  readonly engines: readonly Engine[];
  /** By the manifest alone. */
  takes(manifest: Manifest, memoryBytes: number): boolean;
}

export interface LanguageProcessOptions {
  /** The exact engine's own, llm-exact-1, when absent. */
  readonly program?: LanguageProgram;
  /** Memory for models and their caches, MiB, at least 64. Default: half of what this machine has free now. */
  readonly memoryMiB?: number;
  /** Threads that compute, all for one pass at a time. Default 1; of the exact engine only. */
  readonly threads?: number;
  /** Longest time in which nothing goes on, milliseconds. Default 120 000. */
  readonly stallTimeoutMs?: number;
  /** Models kept loaded; the least recently used goes first. Default 4. */
  readonly maxLoaded?: number;
  /** How long a process without work lives, milliseconds. Default 300 000. */
  readonly idleTimeoutMs?: number;
  /** Runs at once: they share passes. Default 16. */
  readonly maxRunning?: number;
  /** Requests that may wait beyond. Default 64. */
  readonly maxQueued?: number;
  /** Folders that the engine process may read model files from; none other. */
  readonly readRoots: readonly string[];
  /**
   * File of the kernels' binary for one thread, such as one fetched by digest; below one of the roots. The installed
   * ones when absent. Its digest is checked in either case.
   */
  readonly engineFile?: string;
}

/** A runtime of language models that live in another process. */
export interface LanguageProcess extends Runtime {
  /**
   * What a model's files say of it, read in the engine process.
   *
   * @throws CodedError as a load
   */
  inspect(
    files: { readonly format: string; readonly entry: string; readonly places: readonly FilePlace[] },
    options?: LoadOptions,
  ): Promise<LanguageModelInfo>;
  /** Bytes that models may take. */
  readonly memoryBytes: number;
  /** Requests that run and that wait, and ids of the processes that live, for metrics. */
  readonly state: { readonly running: number; readonly queued: number; readonly pids: readonly number[] };
}

const MiB = 1024 * 1024;

/**
 * Runs language models in a process without keys, environment or network, many requests at once. A process that
 * crashes or hangs fails what it works on and is replaced; a caller that leaves ends its own run within a token.
 */
export function createLanguageProcess(options: LanguageProcessOptions): LanguageProcess {
  const memoryMiB = Math.max(64, options.memoryMiB ?? Math.floor(process.availableMemory() / MiB / 2));
  const memoryBytes = memoryMiB * MiB;
  const program = options.program ?? exactProgram(options);
  const { profile, entry, engines } = program;
  const pool = new SharedPool({
    entry: { ...entry, args: [String(memoryBytes), ...(entry.args ?? [])] },
    readRoots: options.readRoots,
    memoryMiB,
    stallMs: options.stallTimeoutMs ?? 120_000,
    maxLoaded: options.maxLoaded ?? 4,
    idleTimeoutMs: options.idleTimeoutMs ?? 300_000,
    maxQueued: options.maxQueued ?? 64,
    maxRunning: options.maxRunning ?? 16,
  });
  /** Handles that are open, by model. */
  const handles = new Map<string, number>();

  function release(key: string): void {
    const left = (handles.get(key) ?? 1) - 1;
    if (left > 0) handles.set(key, left);
    else {
      handles.delete(key);
      pool.forget(key);
    }
  }

  return {
    profile,
    engine: entry.engine,
    memoryBytes,
    takes: (manifest) => program.takes(manifest, memoryBytes),
    get state() {
      return { running: pool.running, queued: pool.queued, pids: pool.pids };
    },
    async inspect({ format, entry, places }, { signal } = {}) {
      const call = { op: 'look' as const, format, entry, places };
      const reply = await pool.submit({ what: 'reading the model', signal, call });
      return openInfo(answerOf(reply).info);
    },
    async load(source, { signal } = {}) {
      const key = modelId(source.manifest);
      handles.set(key, (handles.get(key) ?? 0) + 1);
      try {
        const reply = await pool.submit({ what: 'loading the model', signal, model: { key, source } });
        const engine = openEngine(engines, answerOf(reply).engine);
        const canCheck = profile.exact && source.manifest.task === 'text-generation';
        return openHandle({ pool, source, key, engine, canCheck, release: () => release(key) });
      } catch (error) {
        release(key);
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => pool.dispose(),
  };
}

function exactProgram({
  engineFile,
  threads = 1,
}: Pick<LanguageProcessOptions, 'engineFile' | 'threads'>): LanguageProgram {
  const args = engineFile === undefined ? [String(threads)] : ['1', engineFile];
  const entry = { path: entryPath('child/llm', import.meta.url), codeRoots: [], args, addons: false };
  return {
    profile: llmExact,
    entry: { ...entry, engine: languageEngine() },
    engines: languageEngines,
    takes: takesLanguage,
  };
}

interface HandleOptions {
  readonly pool: SharedPool;
  readonly source: ModelSource;
  readonly key: string;
  readonly engine: Engine;
  readonly canCheck: boolean;
  release(): void;
}

/** A model by its manifest: a process that had to be replaced loads it again. */
function openHandle({ pool, source, key, engine, canCheck, release }: HandleOptions): LoadedModel {
  const model = { key, source };
  let isDisposed = false;
  const checkOpen = (): void => {
    if (isDisposed) throw exactError('RUNTIME_DISPOSED', 'the model was disposed; load it again');
  };
  return {
    engine,
    async execute(request, { signal, trace = false, onPiece } = {}) {
      checkOpen();
      const call = { op: 'execute' as const, key, request, trace, pieces: onPiece !== undefined };
      const onEvent = (event: unknown): void => {
        const piece = openPiece(event);
        if (piece) onPiece?.(piece);
      };
      const reply = await pool.submit({ what: 'the run', signal, model, call, onEvent });
      return openExecution(request, answerOf(reply).execution);
    },
    ...(canCheck
      ? {
          async check(request, response, { signal, trace = false } = {}) {
            checkOpen();
            const call = { op: 'check' as const, key, request, response, trace };
            return openChecked(
              answerOf(await pool.submit({ what: 'the check', signal, model, call })).checked,
            );
          },
        }
      : {}),
    async [Symbol.asyncDispose]() {
      if (isDisposed) return;
      isDisposed = true;
      release();
    },
  };
}

const answerOf = (reply: Reply | undefined) =>
  (reply as Reply).reply as Extract<EngineReply, { info?: unknown }>;
