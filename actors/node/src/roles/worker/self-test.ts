import { isCoded } from '@isobit/core';
import { type Runtime, selfTest } from '@isobit/exact';

/** Time between two known-answer tests of the engine while the node works. */
const SELF_TEST_MS = 10 * 60_000;

export interface SelfTestingOptions {
  readonly runtime: Runtime;
  /** Jobs that have ended: an engine that ran none since the last test is not started for another. */
  readonly jobs: () => number;
  readonly onFailure: () => void;
  readonly signal: AbortSignal;
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
  jobs,
  onFailure,
  signal,
  intervalMs = SELF_TEST_MS,
}: SelfTestingOptions): Promise<void> {
  await selfTest(runtime, signal);
  let tested = jobs();
  const timer = setInterval(() => {
    if (jobs() === tested) return;
    tested = jobs();
    selfTest(runtime, signal).catch((error: unknown) => {
      // Other errors say that the engine is busy or was replaced, not that it is wrong.
      if (isCoded(error, 'ENGINE_SELF_TEST')) onFailure();
    });
  }, intervalMs);
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
