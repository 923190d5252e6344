import { isCoded } from '@isobit/core';
import { type Dispatcher, errors } from 'undici';
import { storeError } from '../../errors.ts';

/** Bytes of a refusal that are read to keep its connection; a longer one costs the connection. */
const REFUSAL_BYTES = 16 * 1024;

export const protocolError = (name: string, what: string): Error =>
  storeError('SOURCE_PROTOCOL', `${name} breaks the blob protocol: ${what}; it is left`, { source: name });

/** @throws CodedError unless the answer has the status that the question allows */
export async function checkStatus(
  name: string,
  answer: Dispatcher.ResponseData,
  wanted: number,
): Promise<void> {
  const { statusCode, headers, body } = answer;
  if (statusCode === wanted) return;
  await body.dump({ limit: REFUSAL_BYTES }).catch(() => undefined);
  const details = { source: name, status: statusCode };
  if (statusCode >= 300 && statusCode < 400) {
    const to = String(headers['location'] ?? 'nowhere').slice(0, 200);
    throw storeError(
      'SOURCE_REDIRECT',
      `${name} redirects to ${to}: redirects are never followed; name the final address`,
      details,
    );
  }
  if (statusCode === 404 || statusCode === 410) {
    throw storeError('SOURCE_ABSENT', `${name} does not hold these bytes: ask another source`, details);
  }
  if (statusCode === 429 || statusCode >= 500) {
    throw storeError('SOURCE_BUSY', `${name} answers ${statusCode}: it will be asked again`, details);
  }
  throw protocolError(name, `it answers ${statusCode} where ${wanted} is due`);
}

const STALLS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);

/** Gives undici's and the socket's errors a code; coded errors and the caller's own abort pass through. */
export function ioError(name: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (isCoded(error)) return error;
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const details = { source: name, code };
  if (STALLS.has(code))
    return storeError('SOURCE_STALLED', `${name} is silent (${code}): it will be asked again`, details, {
      cause: error,
    });
  if (error instanceof errors.HTTPParserError) return protocolError(name, 'its answer is no HTTP');
  return storeError(
    'SOURCE_IO',
    `the connection to ${name} failed (${code || 'no code'}): it will be tried again`,
    details,
    { cause: error },
  );
}
