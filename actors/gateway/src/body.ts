import type { BodyBudget, Lease } from './body-budget.ts';
import { gatewayError } from './errors.ts';
import { type Incoming, readIncoming } from './incoming.ts';
import { settle } from './settle.ts';

export interface BodyOptions {
  readonly maxBytes: number;
  /** Milliseconds without a byte after which the body is given up. */
  readonly idleMs: number;
  /** Milliseconds for the whole body. */
  readonly totalMs: number;
  readonly budget: BodyBudget;
  /** The request as Node's server has it, where that serves: the body is read from there. */
  readonly incoming?: Incoming | undefined;
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
  const { maxBytes, budget, incoming, idleMs, totalMs } = options;
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const lease = budget.lease();
  const gathered = new Gathered(maxBytes, lease);
  try {
    if (incoming) {
      const late = () => tooSlow(options);
      await readIncoming(incoming, { idleMs, totalMs, late, gone, onChunk: (chunk) => gathered.add(chunk) });
    } else {
      for await (const chunk of bodyChunks(request, options)) gathered.add(chunk);
    }
    return { bytes: gathered.bytes, [Symbol.dispose]: () => lease[Symbol.dispose]() };
  } catch (error) {
    lease[Symbol.dispose]();
    throw error;
  }
}

/** What has come of a body, in memory that doubles. */
class Gathered {
  readonly #maxBytes: number;
  readonly #lease: Lease;
  #buffer: Uint8Array = new Uint8Array(0);
  #length = 0;

  constructor(maxBytes: number, lease: Lease) {
    this.#maxBytes = maxBytes;
    this.#lease = lease;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  add(chunk: Uint8Array): void {
    const end = this.#length + chunk.length;
    if (end > this.#maxBytes) throw tooLarge(this.#maxBytes);
    if (this.#length === 0) {
      // Most bodies are one chunk: it is kept as it came, a part of what the socket read.
      this.#lease.growTo(Math.min(this.#maxBytes, Math.max(end, FIRST_BYTES)));
      this.#buffer = chunk;
      this.#length = end;
      return;
    }
    if (end > this.#buffer.length) {
      const size = Math.min(this.#maxBytes, Math.max(end, this.#buffer.length * 2, FIRST_BYTES));
      this.#lease.growTo(size);
      const larger = new Uint8Array(size);
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length = end;
  }
}

const tooSlow = ({ idleMs, totalMs }: Pick<BodyOptions, 'idleMs' | 'totalMs'>) =>
  gatewayError('BODY_TIMEOUT', `the body stopped coming: ${idleMs} ms of silence, or ${totalMs} ms in all`);

const gone = () => gatewayError('CLIENT_GONE', 'the client left in the middle of its body');

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
  const late = () => tooSlow({ idleMs, totalMs });
  // A body that breaks off was broken off by its client.
  const read = () => reader.read().catch(() => Promise.reject(gone()));
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
