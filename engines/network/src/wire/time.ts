import { setTimeout as delay } from 'node:timers/promises';

/** A signal that aborts with any of those given or after `ms`. */
export const within = (ms: number, ...signals: readonly (AbortSignal | undefined)[]): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(ms), ...signals.filter((signal) => signal !== undefined)]);

/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal, ref: false }).catch(() => {});

/** The promise's result, or the signal's reason as soon as it aborts. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    promise.catch(() => {});
  }
}

/** True for the error of a signal made by `AbortSignal.timeout`. */
export const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';

export interface LateOptions {
  readonly signal: AbortSignal | undefined;
  /** Without it only the signal ends the wait. */
  readonly timeoutMs: number | undefined;
  /** The error of a wait that took too long. */
  readonly late: () => Error;
}

/** The promise's result, the signal's reason, or an error when it takes too long. */
export async function untilLate<T>(
  promise: Promise<T>,
  { signal, timeoutMs, late }: LateOptions,
): Promise<T> {
  signal?.throwIfAborted();
  const { promise: interrupted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal?.reason);
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => reject(late()), Math.max(0, timeoutMs));
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, interrupted]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
