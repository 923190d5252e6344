import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/upstream`, besides those of the port `Runtime` and the `API_` codes of what a server says. */
export type UpstreamErrorCode =
  /** A base URL, a key or a list of models is not of its form. */
  | 'UPSTREAM_OPTION'
  /** The server cannot be reached, or breaks off before it has said anything. */
  | 'UPSTREAM_UNREACHABLE'
  /** The server has too much to do; `details.retryAfterMs` says when to come back. */
  | 'UPSTREAM_BUSY'
  /** The server does not take the operator's key. */
  | 'UPSTREAM_DENIED'
  /** The server does not know the model, or speaks another API. */
  | 'UPSTREAM_MODEL_UNKNOWN'
  /** The server refuses the request itself. */
  | 'UPSTREAM_REFUSED'
  /** The server answers with another status, such as a fault of its own or a redirect. */
  | 'UPSTREAM_FAILED'
  /** What the server answers is no stream of events, or one that breaks off. */
  | 'UPSTREAM_ANSWER'
  /** The server says nothing for too long. */
  | 'UPSTREAM_STALLED'
  /** The server says more than is read. */
  | 'UPSTREAM_LIMIT';

export const upstreamError = (
  code: UpstreamErrorCode,
  message: string,
  details?: Record<string, unknown>,
  cause?: unknown,
): CodedError<UpstreamErrorCode> =>
  new CodedError(code, message, details, cause === undefined ? undefined : { cause });
