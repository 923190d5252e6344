import { CodedError, decodeForeignJson, isCoded } from '@isobit/core';
import { clientError } from './errors.ts';

/** Longest body of an error that is read: a sentence and a few names. */
const ERROR_BYTES = 64 * 1024;
const ERROR_VALUES = 1_000;
/** Memory of a body at first; it doubles, so that many small pieces cost no more than a few large ones. */
const FIRST_BYTES = 16 * 1024;

/**
 * A body of at most `maxBytes`, counted as it arrives.
 *
 * @throws CodedError `NODE_PROTOCOL` for a longer one, `NODE_UNREACHABLE` for one that breaks off; the reason of `signal`
 */
export async function readBody(
  response: Response,
  maxBytes: number,
  signal?: AbortSignal | null,
): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array();
  // A reader, since not every browser iterates over streams.
  const reader = response.body.getReader();
  let buffer = new Uint8Array(0);
  try {
    for (let length = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return buffer.subarray(0, length);
      const end = length + value.length;
      if (end > maxBytes)
        throw clientError('NODE_PROTOCOL', `the answer of ${response.url} is longer than ${maxBytes} bytes`);
      if (end > buffer.length) {
        const larger = new Uint8Array(Math.min(maxBytes, Math.max(end, buffer.length * 2, FIRST_BYTES)));
        larger.set(buffer.subarray(0, length));
        buffer = larger;
      }
      buffer.set(value, length);
      length = end;
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (isCoded(error) || (error instanceof DOMException && error.name === 'AbortError')) throw error;
    throw clientError(
      'NODE_UNREACHABLE',
      `the answer of ${response.url} broke off: ask again`,
      {},
      { cause: error },
    );
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** The coded error that a node answered with, or `NODE_PROTOCOL` for an answer that holds none. */
export async function refusalOf(response: Response, url: string): Promise<CodedError> {
  const { status, headers } = response;
  try {
    const body: unknown = decodeForeignJson(await readBody(response, ERROR_BYTES), ERROR_BYTES, ERROR_VALUES);
    const { code, error, message = error, retryAfterMs } = (body ?? {}) as Record<string, unknown>;
    if (typeof code === 'string' && typeof message === 'string') {
      const seconds = Number(headers.get('retry-after'));
      const wait = typeof retryAfterMs === 'number' ? retryAfterMs : seconds * 1000;
      return new CodedError(code, message, { status, ...(wait > 0 ? { retryAfterMs: wait } : {}) });
    }
  } catch (error) {
    if (!isCoded(error)) throw error;
  }
  const what =
    response.type === 'opaqueredirect' || (status >= 300 && status < 400)
      ? 'sent us elsewhere, which is not followed'
      : `answered ${status} without a coded error`;
  return clientError('NODE_PROTOCOL', `${url} ${what}: is it an Isobit node?`, { status });
}
