import { isCoded } from '@isobit/core';
import { type KnownAnswer, type LoadedModel, type Runtime, selfTest } from '@isobit/exact';

/** Time between two known-answer tests of the engine while the node works. */
const SELF_TEST_MS = 10 * 60_000;

export interface SelfTestingOptions {
  readonly runtime: Runtime;
  /** As `selfTest`. */
  readonly known?: KnownAnswer | undefined;
  /** Jobs that have ended: an engine that ran none since the last test is not started for another. */
  readonly jobs: () => number;
  readonly onFailure: () => void;
  readonly signal: AbortSignal;
  /** Whether it passed the test already. */
  readonly isTested?: boolean;
  /** Milliseconds; ten minutes when absent. */
  readonly intervalMs?: number;
}

/**
 * The known-answer test, now and from time to time: a machine that begins to compute wrongly stops signing.
 *
 * @throws CodedError `ENGINE_SELF_TEST`, or of the engine, for the test now
 */
export async function keepTesting({
  runtime,
  known,
  jobs,
  onFailure,
  signal,
  isTested = false,
  intervalMs = SELF_TEST_MS,
}: SelfTestingOptions): Promise<void> {
  const options = { signal, ...(known ? { known } : {}) };
  if (!isTested) await selfTest(runtime, options);
  let tested = jobs();
  const timer = setInterval(() => {
    if (jobs() === tested) return;
    tested = jobs();
    selfTest(runtime, options).catch((error: unknown) => {
      // Other errors say that the engine is busy or was replaced, not that it is wrong.
      if (isCoded(error, 'ENGINE_SELF_TEST')) onFailure();
    });
  }, intervalMs);
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}

/** A runtime that counts its runs. */
export interface WatchedRuntime extends Runtime {
  /** Runs that have begun. */
  readonly runs: number;
}

/** A runtime whose processes test themselves as they start: a test that fails is told, whoever asked for the process. */
export function watched(runtime: Runtime, onFailure: () => void): WatchedRuntime {
  let runs = 0;
  const watch = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (isCoded(error, 'ENGINE_SELF_TEST')) onFailure();
      throw error;
    }
  };
  const watchedModel = (model: LoadedModel): LoadedModel => ({
    ...model,
    execute(request, options) {
      runs++;
      return watch(model.execute(request, options));
    },
  });
  return {
    profile: runtime.profile,
    engine: runtime.engine,
    takes: (manifest) => runtime.takes(manifest),
    get runs() {
      return runs;
    },
    load: async (source, options) => watchedModel(await watch(runtime.load(source, options))),
    [Symbol.asyncDispose]: () => runtime[Symbol.asyncDispose](),
  };
}
