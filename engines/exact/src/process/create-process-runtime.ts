import { limits, toHex } from '@isobit/core';
import { entryFile, modelId } from '@isobit/model';
import { fast, onnxExact, type Tensor } from '@isobit/receipt';
import { exactError } from '../errors.ts';
import { exactEngine } from '../onnx/engine.ts';
import type { ModelInfo } from '../onnx/inspect.ts';
import type {
  LoadOptions,
  ModelSource,
  RunOptions,
  RunResult,
  TensorModel,
  TensorRuntime,
} from '../runtime.ts';
import { matchInputs, matchOutputs } from '../signature.ts';
import { createTensorModel } from '../tensor-model.ts';
import { EnginePool } from './engine-pool.ts';
import type { Reply } from './engine-process.ts';
import { installNatives } from './installed.ts';
import { type ChildEntry, entryPath } from './launch.ts';
import { openRunReply, packTensors } from './messages.ts';

export interface ProcessRuntimeOptions {
  readonly profile: 'onnx-exact-1' | 'fast';
  /** Memory for models and their intermediate values in one process, MiB, 64 to 4096. Default 2048. */
  readonly memoryMiB?: number;
  /** Longest load, milliseconds. Default 60 000. */
  readonly loadTimeoutMs?: number;
  /** Longest run, milliseconds, without the time in the queue. Default 120 000. */
  readonly runTimeoutMs?: number;
  /** Models kept loaded in one process; the least recently used goes first. Default 8. */
  readonly maxLoaded?: number;
  /** How long a process without work lives, milliseconds: it holds some 300 MB. Default 300 000. */
  readonly idleTimeoutMs?: number;
  /** Requests that may wait. Default 64. */
  readonly maxQueued?: number;
  /** Engine processes. Default 1: the exact engine has one thread, so each more uses one more core. */
  readonly children?: number;
  /** Folders that engine processes may read model files from; none other. */
  readonly readRoots: readonly string[];
  /**
   * File of the exact engine's binary, such as one fetched by digest; below one of the roots. The installed one when
   * absent. Its digest is checked in either case.
   */
  readonly engineFile?: string;
  /** The program of a native engine, for the profile `fast`: `nativeEntry` of `@isobit/native`. */
  readonly nativeEntry?: ChildEntry;
}

/** A runtime whose models live in other processes. */
export interface ProcessRuntime extends TensorRuntime {
  /**
   * What a model file says of itself, read in an engine process.
   *
   * @param path absolute, below one of the roots
   * @throws CodedError as `inspectOnnx`, and as a run
   */
  inspect(path: string, options?: LoadOptions): Promise<ModelInfo>;
  /** Requests that wait, and ids of the processes that live, for metrics. */
  readonly state: { readonly queued: number; readonly pids: readonly number[] };
}

/**
 * Runs models in processes without keys, environment or network, under limits of memory and time
 * (specs/profile-onnx-exact-1.md section 6). A process that crashes, runs over a limit or is aborted fails that
 * one request and is replaced. Processes start with the first request.
 */
export function createProcessRuntime(options: ProcessRuntimeOptions): ProcessRuntime {
  const entry = entryOf(options);
  const pool = new EnginePool({
    entry,
    readRoots: options.readRoots,
    memoryMiB: Math.min(4_096, Math.max(64, options.memoryMiB ?? 2_048)),
    loadTimeoutMs: options.loadTimeoutMs ?? 60_000,
    runTimeoutMs: options.runTimeoutMs ?? 120_000,
    maxLoaded: options.maxLoaded ?? 8,
    idleTimeoutMs: options.idleTimeoutMs ?? 300_000,
    maxQueued: options.maxQueued ?? 64,
    children: options.children ?? 1,
  });
  const profile = options.profile === 'fast' ? fast : onnxExact;
  /** Handles that are open, by model. */
  const handles = new Map<string, number>();
  return {
    profile,
    engine: entry.engine,
    takes: (manifest) => manifest.format === 'onnx' && entryFile(manifest).size <= limits.onnxBytes,
    get state() {
      return { queued: pool.queued, pids: pool.pids };
    },
    async inspect(file, { signal } = {}) {
      const reply = (await pool.submit({
        what: 'reading the model',
        signal,
        call: { op: 'inspect', file },
      })) as Reply;
      return (reply.reply as { info: ModelInfo }).info;
    },
    async load(source, { signal } = {}) {
      const key = modelId(source.manifest);
      handles.set(key, (handles.get(key) ?? 0) + 1);
      const release = async () => {
        const left = (handles.get(key) ?? 1) - 1;
        if (left > 0) return void handles.set(key, left);
        handles.delete(key);
        await pool.forget(key);
      };
      try {
        await pool.submit({ what: 'loading the model', signal, model: { key, source } });
      } catch (error) {
        await release();
        throw error;
      }
      return openHandle({ pool, source, key, exact: profile.exact, release });
    },
    [Symbol.asyncDispose]: () => pool.dispose(),
  };
}

function entryOf({ profile, nativeEntry, engineFile }: ProcessRuntimeOptions): ChildEntry {
  if (profile === 'onnx-exact-1') {
    return {
      path: entryPath('child/exact', import.meta.url),
      engine: exactEngine,
      codeRoots: [],
      ...(engineFile ? { args: [engineFile] } : {}),
      addons: false,
    };
  }
  if (!nativeEntry)
    throw exactError(
      'ENGINE_UNAVAILABLE',
      `the profile fast needs a native engine: ${installNatives}, and pass its nativeEntry`,
    );
  return nativeEntry;
}

interface HandleOptions {
  readonly pool: EnginePool;
  readonly source: ModelSource;
  readonly key: string;
  readonly exact: boolean;
  release(): Promise<void>;
}

/** A model by its manifest: a process that had to be replaced loads it again. */
function openHandle({ pool, source, key, exact, release }: HandleOptions): TensorModel {
  const { inputs: takes, outputs: gives } = source.manifest;
  let disposed = false;
  return createTensorModel({
    inputs: takes,
    outputs: gives,
    async run(given: readonly Tensor[], { outputs, signal, trace }: RunOptions = {}): Promise<RunResult> {
      if (disposed) throw exactError('RUNTIME_DISPOSED', 'the model was disposed; load it again');
      if (trace && !exact)
        throw exactError(
          'TRACE_UNAVAILABLE',
          'the profile fast has no traces: its bits differ between machines',
        );
      const names = matchOutputs(gives, outputs);
      const { headers, parts } = packTensors(matchInputs(takes, given));
      const salt = trace ? { trace: toHex(trace.salt) } : {};
      const call = { op: 'run' as const, key, inputs: headers, outputs: names, ...salt };
      const { reply, body } = (await pool.submit({
        what: 'the run',
        signal,
        model: { key, source },
        call,
        parts,
      })) as Reply;
      return openRunReply(reply, body, names);
    },
    async [Symbol.asyncDispose]() {
      if (disposed) return;
      disposed = true;
      await release();
    },
  });
}
