import type { ApiErrorCode } from '@isobit/apis';
import type { CoreErrorCode } from '@isobit/core';
import type { ModelErrorCode } from '@isobit/model';
import type { ReceiptErrorCode } from '@isobit/receipt';
import type { GatewayErrorCode } from './errors.ts';

type AnsweredCode = GatewayErrorCode | ApiErrorCode | ReceiptErrorCode | ModelErrorCode | CoreErrorCode;

/**
 * The HTTP status of each code that may reach a client (specs/http.md section 2). What is not here is a fault of the
 * node and reads `500 INTERNAL`.
 */
const STATUSES = {
  INFER_MALFORMED: 400,
  INFER_PARAMETER: 400,
  INFER_INPUT: 400,
  INFER_OUTPUT: 400,
  INFER_DATATYPE: 400,
  INFER_SHAPE: 400,
  INFER_VALUE: 400,
  INFER_BINARY: 400,
  API_MALFORMED: 400,
  API_UNSUPPORTED: 400,
  API_VALUE: 400,
  TENSOR_INVALID: 400,
  PROFILE_UNKNOWN: 400,
  REF_INVALID: 400,
  PARAMETER_UNKNOWN: 400,
  PARAMETER_INVALID: 400,
  HEADER_INVALID: 400,
  CANONICAL_INVALID: 400,
  DOCUMENT_INVALID: 400,
  DOCUMENT_UNKNOWN_VERSION: 400,
  JOB_MALFORMED: 400,
  JOB_VERSION: 400,
  JOB_INPUT_INVALID: 400,
  TOKEN_REQUIRED: 401,
  KEY_EXPIRED: 401,
  ORIGIN_REFUSED: 403,
  KEY_MODEL: 403,
  OPERATOR_ONLY: 403,
  JOB_REFUSED: 403,
  MODEL_UNKNOWN: 404,
  ROUTE_UNKNOWN: 404,
  RECEIPT_UNKNOWN: 404,
  SIGNATURE_UNKNOWN: 404,
  ANSWER_UNKNOWN: 404,
  RESPONSE_UNKNOWN: 404,
  JOB_MODEL_UNKNOWN: 404,
  INFER_TEXT: 406,
  BODY_TIMEOUT: 408,
  NAME_CLASH: 409,
  BODY_TOO_LARGE: 413,
  BODY_TYPE: 415,
  HOST_REFUSED: 421,
  JOB_PROFILE_UNSUPPORTED: 422,
  JOB_NETWORK: 422,
  JOB_LIMIT: 422,
  JOB_BUSY: 429,
  KEY_RATE: 429,
  KEY_TOKENS: 429,
  // Nobody is there to read it: the number by which proxies log that a client closed its request.
  CLIENT_GONE: 499,
  JOB_CANCELLED: 499,
  INTERNAL: 500,
  JOB_FAILED: 502,
  ANSWER_UNFIT: 502,
  API_STREAM: 502,
  NO_WORKER: 503,
  BODY_BUSY: 503,
  SIGNING_REFUSED: 503,
  JOB_UNAVAILABLE: 503,
  JOB_DEADLINE: 504,
} as const satisfies Partial<Record<AnsweredCode, number>> & Record<GatewayErrorCode, number>;

export type StatusCode = keyof typeof STATUSES;

/** Every code that an answer may carry. */
export const answeredCodes = Object.keys(STATUSES) as readonly StatusCode[];

/** The status of a code, or undefined for one that no client is told. */
export const statusOf = (code: string): number | undefined =>
  Object.hasOwn(STATUSES, code) ? STATUSES[code as StatusCode] : undefined;
