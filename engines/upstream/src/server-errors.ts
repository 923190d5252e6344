import { limits, printable } from '@isobit/core';
import { type Dispatcher, errors } from 'undici';
import { type UpstreamErrorCode, upstreamError } from './errors.ts';

/** What undici says of a connection that failed before the head of an answer. */
export function connectionError(error: unknown, stallMs: number): Error {
  if (isSilence(error)) return stalled(stallMs, error);
  if (error instanceof errors.HTTPParserError)
    return upstreamError('UPSTREAM_ANSWER', 'the server behind this worker answers no HTTP', {}, error);
  return upstreamError(
    'UPSTREAM_UNREACHABLE',
    'the server behind this worker cannot be reached, or broke off before it answered',
    {},
    error,
  );
}

/** The same within an answer. */
export const brokenOff = (error: unknown, stallMs: number) =>
  isSilence(error)
    ? stalled(stallMs, error)
    : upstreamError(
        'UPSTREAM_ANSWER',
        'the server behind this worker broke off within its answer',
        {},
        error,
      );

const stalled = (stallMs: number, error: unknown) =>
  upstreamError(
    'UPSTREAM_STALLED',
    `the server behind this worker said nothing for ${stallMs} ms`,
    {},
    error,
  );

const isSilence = (error: unknown): boolean =>
  ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'].includes(
    (error as { code?: string } | null)?.code ?? '',
  );

/** What a status other than 200 means (specs/upstream.md section 7). */
const STATUSES: Readonly<Record<number, readonly [UpstreamErrorCode, string]>> = {
  400: ['UPSTREAM_REFUSED', 'refuses the request'],
  401: ['UPSTREAM_DENIED', 'does not take the key of its operator'],
  403: ['UPSTREAM_DENIED', 'does not take the key of its operator'],
  404: ['UPSTREAM_MODEL_UNKNOWN', 'does not know the model'],
  413: ['UPSTREAM_REFUSED', 'refuses the request'],
  422: ['UPSTREAM_REFUSED', 'refuses the request'],
  429: ['UPSTREAM_BUSY', 'has too much to do'],
  503: ['UPSTREAM_BUSY', 'has too much to do'],
};
const FAILED = ['UPSTREAM_FAILED', 'failed'] as const;
/** When a busy server that says nothing of it may be asked again. */
const RETRY_MS = 1_000;

/** @returns the error of an answer whose status is not 200; its body is read as far as it is told, and let go */
export async function statusError({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Error> {
  const [code, what] = STATUSES[statusCode] ?? FAILED;
  // Other statuses may tell of the operator's key or account.
  const why = code === 'UPSTREAM_REFUSED' ? await refusalOf(body) : '';
  body.destroy();
  const details = code === 'UPSTREAM_BUSY' ? { retryAfterMs: retryAfter(headers['retry-after']) } : {};
  return upstreamError(code, `the server behind this worker ${what} (status ${statusCode})${why}`, details);
}

function retryAfter(value: string | string[] | undefined): number {
  const seconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : undefined;
  return seconds === undefined ? RETRY_MS : Math.min(seconds * 1_000, limits.upstreamRetryMs);
}

/** The server's own words, where they are those of the API's errors. */
async function refusalOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  try {
    const { error } = JSON.parse(await textOf(body, limits.upstreamListBytes)) as {
      error?: string | { message?: unknown };
    };
    const message = typeof error === 'string' ? error : error?.message;
    return typeof message === 'string' ? `: ${printable(message, limits.upstreamRefusal)}` : '';
  } catch {
    return '';
  }
}

/** A body as text. @throws CodedError `UPSTREAM_LIMIT` where it is longer than `most` bytes */
export async function textOf(bytes: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > most) throw upstreamError('UPSTREAM_LIMIT', `the server sends more than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
