import type { CodedError } from '@isobit/core';
import { gatewayError } from './errors.ts';

export interface SettleOptions<T> {
  /** Milliseconds. */
  readonly ms: number;
  /** The error for when they have passed. */
  late(): CodedError;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  /** Its signal fires in either case. */
  run(signal: AbortSignal): Promise<T>;
}

/**
 * Waits for work no longer than allowed and no longer than its client does, whatever the work makes of its signal.
 *
 * @throws CodedError what `late` gives, or `CLIENT_GONE`; else as `run`
 */
export async function settle<T>({ ms, late, signal, run }: SettleOptions<T>): Promise<T> {
  const halt = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (error: CodedError): void => {
    reject(error);
    halt.abort(error);
  };
  const gone = () => gatewayError('CLIENT_GONE', 'the client left before it had its answer');
  if (signal.aborted) throw gone();
  const leave = () => stop(gone());
  const timer = setTimeout(() => stop(late()), Math.max(0, ms));
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([promise, run(halt.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
