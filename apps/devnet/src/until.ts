import { setTimeout as wait } from 'node:timers/promises';
import { devnetError } from './errors.ts';

export interface UntilOptions {
  /** 60 s, which fits a loaded machine. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 200;

/**
 * Asks again and again until `condition` gives something, and returns that.
 *
 * @param what is waited for, such as `the models to be replicated`
 * @throws CodedError `TIMED_OUT` naming it; what `condition` throws; the reason of `signal`
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false>,
  { timeoutMs = 60_000, signal }: UntilOptions = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    const found = await condition();
    if (found) return found;
    if (performance.now() > end) throw devnetError('TIMED_OUT', `waited ${timeoutMs} ms for ${what} in vain`);
    await wait(pause, undefined, signal ? { signal } : {});
  }
}
