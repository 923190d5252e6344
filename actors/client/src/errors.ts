import { CodedError } from '@isobit/core';
import type { Evidence } from '@isobit/receipt';
import type { Verdict } from '@isobit/verify';

/** Codes thrown by `@isobit/client`. What the node or the worker refused keeps the code it came with. */
export type ClientErrorCode =
  /** A claim about the answer is refuted: the answer is withheld. */
  | 'ANSWER_REFUTED'
  /** The level of checking asked for could not be reached: the answer is withheld. */
  | 'ANSWER_UNCHECKED'
  /** The node can't be reached, or its answer broke off. */
  | 'NODE_UNREACHABLE'
  /** The node's answer is not what its protocol says: too long, malformed, a redirect, about something else. */
  | 'NODE_PROTOCOL'
  /** No source serves the bytes that the manifest or the profile names. */
  | 'BYTES_UNAVAILABLE'
  /** A file is larger than is held in memory here. */
  | 'FILE_TOO_LARGE'
  /** The client's `fetch` was asked for a route whose answers it does not check. */
  | 'ROUTE_UNCHECKED'
  /** No worker other than the first offers this model under this profile. */
  | 'PEER_UNAVAILABLE';

export const clientError = (
  code: ClientErrorCode,
  message: string,
  details?: Record<string, unknown>,
  options?: ErrorOptions,
): CodedError<ClientErrorCode> => new CodedError(code, message, details, options);

/** An answer that was not handed over, with everything that was found out about it. */
export class AnswerError extends CodedError<'ANSWER_REFUTED' | 'ANSWER_UNCHECKED'> {
  readonly evidence: Evidence;
  readonly verdict: Verdict;

  constructor(
    code: 'ANSWER_REFUTED' | 'ANSWER_UNCHECKED',
    message: string,
    evidence: Evidence,
    verdict: Verdict,
  ) {
    super(code, message, { worker: evidence.receipt.worker });
    this.evidence = evidence;
    this.verdict = verdict;
  }
}
