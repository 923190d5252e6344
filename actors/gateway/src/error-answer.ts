import { type CodedError, isCoded } from '@isobit/core';
import { gatewayError } from './errors.ts';
import { statusOf } from './status.ts';

/** The error that a client is told: itself where its code is for clients, else `INTERNAL` without internals. */
export function tellable(error: unknown): CodedError {
  if (isCoded(error) && statusOf(error.code) !== undefined) return error;
  return gatewayError('INTERNAL', 'the node failed to answer; its log says why');
}

/** Headers that go with an error: when to ask again, how to identify oneself, which receipt tells of the failure. */
export function errorHeaders({ code, details }: CodedError): Record<string, string> {
  const { retryAfterMs, receipt } = details;
  const wait = typeof retryAfterMs === 'number' ? Math.max(1, Math.ceil(retryAfterMs / 1000)) : 1;
  return {
    ...(code === 'JOB_BUSY' || code === 'BODY_BUSY' || typeof retryAfterMs === 'number'
      ? { 'retry-after': String(wait) }
      : {}),
    ...(code === 'TOKEN_REQUIRED' ? { 'www-authenticate': 'Bearer realm="isobit"' } : {}),
    ...(code === 'BODY_TIMEOUT' || code === 'BODY_TOO_LARGE' ? { connection: 'close' } : {}),
    ...(typeof receipt === 'string' ? { 'isobit-receipt': receipt } : {}),
  };
}

/**
 * The answer to a request that failed (specs/http.md section 2): `{"code","error"}`, with `keys` for a clash and
 * `nearest` for an unknown name.
 */
export function errorAnswer(error: unknown): Response {
  const told = tellable(error);
  const { keys, nearest } = told.details;
  return Response.json(
    { code: told.code, error: told.message, ...(keys ? { keys } : {}), ...(nearest ? { nearest } : {}) },
    { status: statusOf(told.code) ?? 500, headers: errorHeaders(told) },
  );
}
