import { anthropicError, openAiError } from '@isobit/apis';
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
    ...(code === 'TOKEN_REQUIRED' || code === 'KEY_EXPIRED'
      ? { 'www-authenticate': 'Bearer realm="isobit"' }
      : {}),
    ...(code === 'BODY_TIMEOUT' || code === 'BODY_TOO_LARGE' ? { connection: 'close' } : {}),
    ...(typeof receipt === 'string' ? { 'isobit-receipt': receipt } : {}),
  };
}

/**
 * The answer to a request that failed, in the shape of the API whose route it was: `{"code","error"}` (specs/http.md
 * section 2), with `keys` for a clash and `nearest` for an unknown name, or as specs/openai.md section 7 or specs/anthropic.md section 6 says.
 *
 * @param path of the URL
 */
export function errorAnswer(error: unknown, path = ''): Response {
  const told = tellable(error);
  const status = statusOf(told.code) ?? 500;
  return Response.json(errorBody(told, status, path), { status, headers: errorHeaders(told) });
}

function errorBody({ code, message, details }: CodedError, status: number, path: string): object {
  const { keys, nearest, param } = details;
  if (path.startsWith('/v1/messages')) return anthropicError({ code, message }, status);
  if (path.startsWith('/v1/'))
    return openAiError({ code, message, ...(typeof param === 'string' ? { param } : {}) }, status);
  return { code, error: message, ...(keys ? { keys } : {}), ...(nearest ? { nearest } : {}) };
}
