import {
  createLanguageProcess,
  createProcessRuntime,
  type LanguageProcess,
  type ProcessRuntime,
} from '@isobit/exact/process';
import type { NodeOptions } from '../../options.ts';

/** The exact engines of a node, each in processes of its own. They start with their first request. */
export interface Engines extends AsyncDisposable {
  /** Tensors in, tensors out. */
  readonly onnx: ProcessRuntime;
  readonly language: LanguageProcess;
  /** Ids of the processes that live. */
  readonly pids: readonly number[];
}

/** Answers that a language model gives at once: they share passes, and each holds a cache. */
export const LANGUAGE_RUNS = 16;

/** How many of its jobs the engines do at once: a language model's is one of many. */
export const shareOf = (kind: 'tensors' | 'text' | 'embedding'): number =>
  kind === 'tensors' ? 1 : 1 / LANGUAGE_RUNS;

/** @param blobDir folder that the processes may read, and no other */
export function createEngines(
  {
    memoryMiB,
    languageMemoryMiB,
    runTimeoutMs,
    maxLoaded,
    maxQueued,
    engineIdleMs,
  }: Pick<
    NodeOptions,
    'memoryMiB' | 'languageMemoryMiB' | 'runTimeoutMs' | 'maxLoaded' | 'maxQueued' | 'engineIdleMs'
  >,
  blobDir: string,
): Engines {
  const shared = { maxLoaded, maxQueued, idleTimeoutMs: engineIdleMs, readRoots: [blobDir] };
  const onnx = createProcessRuntime({ profile: 'onnx-exact-1', memoryMiB, runTimeoutMs, ...shared });
  const language = createLanguageProcess({
    maxRunning: LANGUAGE_RUNS,
    ...(languageMemoryMiB === undefined ? {} : { memoryMiB: languageMemoryMiB }),
    ...shared,
  });
  return {
    onnx,
    language,
    get pids() {
      return [...onnx.state.pids, ...language.state.pids];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([onnx[Symbol.asyncDispose](), language[Symbol.asyncDispose]()]);
    },
  };
}
