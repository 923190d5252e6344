import type { TextApi } from '@isobit/apis';
import { type CodedError, isCoded } from '@isobit/core';
import { receiptDigest } from '@isobit/receipt';
import { type Check, guiltyClaim } from '../check.ts';
import { AnswerError } from '../errors.ts';

/**
 * Of an answer that is withheld: a status after which no package asks again, as they do after 408, 409, 429 and from 500
 * up, and LangChain after all but 400 to 409. They would get another answer of the same worker.
 */
const WITHHELD = 406;

/** Statuses of what is found wrong here; what a node refused has the status that it came with. */
const STATUSES: Readonly<Record<string, number>> = {
  ANSWER_REFUTED: WITHHELD,
  ANSWER_UNCHECKED: WITHHELD,
  API_MALFORMED: 400,
  API_UNSUPPORTED: 400,
  API_VALUE: 400,
  DOCUMENT_INVALID: 400,
  CANONICAL_INVALID: 400,
  PROFILE_UNKNOWN: 400,
  ROUTE_UNCHECKED: 404,
  NODE_PROTOCOL: 502,
  API_STREAM: 502,
};

export interface ErrorBody {
  readonly status: number;
  readonly body: object;
  readonly headers: Record<string, string>;
}

/**
 * An error as the API's packages read it. Of an answer that was withheld the member `isobit` beside the message names
 * receipt, worker and the claim.
 *
 * @returns undefined for what is no answer of the API's: an abort, a node that is not there
 */
export function errorBody(
  error: unknown,
  check: Check,
  { fault }: Pick<TextApi, 'fault'>,
): ErrorBody | undefined {
  if (!isCoded(error)) return undefined;
  const status = statusOf(error);
  if (status === undefined) return undefined;
  const { retryAfterMs, param } = error.details;
  const told = fault(
    { code: error.code, message: error.message, ...(typeof param === 'string' ? { param } : {}) },
    status,
  );
  return {
    status,
    body: error instanceof AnswerError ? withMember(told, withheld(error, check)) : told,
    headers: {
      ...(status === WITHHELD ? { 'x-should-retry': 'false' } : {}),
      ...(typeof retryAfterMs === 'number' ? { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } : {}),
    },
  };
}

function statusOf({ code, details: { status } }: CodedError): number | undefined {
  if (Object.hasOwn(STATUSES, code)) return STATUSES[code];
  return typeof status === 'number' && status >= 400 ? status : undefined;
}

/** Beside the message: in the object `error` where the API has one. */
function withMember(told: object, member: object): object {
  const { error } = told as { error?: unknown };
  return typeof error === 'object' ? { ...told, error: { ...error, ...member } } : { ...told, ...member };
}

function withheld({ evidence: { receipt }, verdict }: AnswerError, check: Check): object {
  const guilty = guiltyClaim(verdict, check);
  return {
    isobit: {
      receipt: receiptDigest(receipt),
      worker: receipt.worker,
      ...(guilty
        ? {
            claim: guilty.claim,
            status: guilty.status,
            ...(guilty.reason ? { reason: guilty.reason } : {}),
            detail: guilty.detail,
          }
        : {}),
    },
  };
}
