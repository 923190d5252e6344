import { isCoded } from '@isobit/core';
import { errorHeaders, errorAnswer as gatewayAnswer, statusOf } from '@isobit/gateway';

/** Statuses of the codes that are not the gateway's (specs/http.md section 2). */
const STATUSES: Readonly<Record<string, number>> = {
  OPTION_INVALID: 400,
  MODEL_INCOMPLETE: 400,
  MANIFEST_SIGNATURE: 400,
  NAME_SIGNATURE: 400,
  ENGINE_UNKNOWN: 404,
  LOG_FILE_UNKNOWN: 404,
  KEY_UNKNOWN: 404,
  BLOB_ABSENT: 404,
  ROLE_ABSENT: 404,
  VERSION_TAKEN: 409,
  NAME_CONTRADICTION: 409,
  NAME_AMBIGUOUS: 409,
  PETNAME_TAKEN: 409,
  KEY_NAME_TAKEN: 409,
  KEYS_FULL: 409,
  BLOB_SIZE: 413,
  QUEUE_FULL: 429,
  RUN_ABORTED: 499,
  PULL_FAILED: 502,
  ENGINE_UNAVAILABLE: 503,
  NO_SOURCE: 503,
  STORE_FULL: 507,
};

/** What an engine says of a model file that it refuses, or that breaks it: the model's fault, so the sender's. */
const isModelFault = (code: string): boolean =>
  code.startsWith('MODEL_') || ['RUN_TIMEOUT', 'RUN_MEMORY', 'RUN_FAILED', 'ENGINE_CRASHED'].includes(code);

/** Told to the operator's log when an answer is `500`. */
export type OnFault = (error: unknown) => void;

/** @param path of the URL: APIs have shapes of their own */
export function errorAnswer(error: unknown, onFault: OnFault, path = ''): Response {
  if (isCoded(error) && statusOf(error.code) === undefined) {
    const status = STATUSES[error.code] ?? (isModelFault(error.code) ? 400 : undefined);
    if (status)
      return Response.json(
        { code: error.code, error: error.message },
        { status, headers: errorHeaders(error) },
      );
  }
  const answer = gatewayAnswer(error, path);
  if (answer.status === 500) onFault(error);
  return answer;
}
