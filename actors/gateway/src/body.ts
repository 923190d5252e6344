import type { BodyBudget } from './body-budget.ts';
import { gatewayError } from './errors.ts';
import { settle } from './settle.ts';

export interface BodyOptions {
  readonly maxBytes: number;
  /** Milliseconds without a byte after which the body is given up. */
  readonly idleMs: number;
  /** Milliseconds for the whole body. */
  readonly totalMs: number;
  readonly budget: BodyBudget;
}

/** A body in memory, counted in the budget until disposed of. */
export interface Body extends Disposable {
  readonly bytes: Uint8Array;
}

/** Memory of a body at first; it doubles. A client gets only what it has sent: a stated length costs nothing. */
const FIRST_BYTES = 16 * 1024;

/**
 * Reads a whole body. The stated length is looked at first, what comes is counted as it comes, and a client that
 * stalls or drips is given up.
 *
 * @throws CodedError `BODY_TOO_LARGE`, `BODY_TIMEOUT`, `BODY_BUSY`, `CLIENT_GONE`
 */
export async function readBody(request: Request, options: BodyOptions): Promise<Body> {
  const { maxBytes, budget } = options;
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const lease = budget.lease();
  try {
    let buffer = new Uint8Array(0);
    let length = 0;
    for await (const chunk of bodyChunks(request, options)) {
      const end = length + chunk.length;
      if (end > maxBytes) throw tooLarge(maxBytes);
      if (end > buffer.length) {
        const size = Math.min(maxBytes, Math.max(end, buffer.length * 2, FIRST_BYTES));
        lease.growTo(size);
        const larger = new Uint8Array(size);
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(chunk, length);
      length = end;
    }
    return { bytes: buffer.subarray(0, length), [Symbol.dispose]: () => lease[Symbol.dispose]() };
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
}

const tooLarge = (maxBytes: number) =>
  gatewayError('BODY_TOO_LARGE', `the body is larger than the ${maxBytes} bytes that this route reads`);

/**
 * A body as it comes, for routes that keep none of it in memory.
 *
 * @throws CodedError `BODY_TIMEOUT`, `CLIENT_GONE`
 */
export async function* bodyChunks(
  request: Request,
  { idleMs, totalMs }: Pick<BodyOptions, 'idleMs' | 'totalMs'>,
): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const reader = request.body.getReader();
  const end = performance.now() + totalMs;
  const late = () =>
    gatewayError('BODY_TIMEOUT', `the body stopped coming: ${idleMs} ms of silence, or ${totalMs} ms in all`);
  // A body that breaks off was broken off by its client.
  const read = () =>
    reader
      .read()
      .catch(() => Promise.reject(gatewayError('CLIENT_GONE', 'the client left in the middle of its body')));
  try {
    for (;;) {
      const ms = Math.min(idleMs, end - performance.now());
      const { done, value } = await settle({ ms, late, signal: request.signal, run: read });
      if (done) return;
      yield value;
    }
  } finally {
    // After the last byte this does nothing; before it, the rest is not wanted. It may never settle.
    reader.cancel().catch(() => {});
  }
}
