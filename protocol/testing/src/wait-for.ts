import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds; 10 000 where absent. */
  readonly timeout?: number;
  /** What is awaited, for the message, such as `the second peer to connect`. */
  readonly what: string;
  readonly signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 100;

/**
 * Asks again and again until the condition gives something truthy, and returns that.
 * A condition that throws has not come true yet; its last error is the cause of the final one.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions,
): Promise<NonNullable<T>> {
  const { timeout = 10_000, what, signal } = options;
  const deadline = performance.now() + timeout;
  let cause: unknown;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    signal?.throwIfAborted();
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) throw new Error(`waited ${timeout} ms in vain for ${what}`, { cause });
    await delay(pause, undefined, signal ? { signal } : {});
  }
}
