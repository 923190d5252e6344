import { CodedError, isCoded, limits } from '@isobit/core';
import { requestFault } from '@isobit/exact';
import { isJobErrorCode, type JobErrorCode } from '@isobit/receipt';

/** An error as it travels to the one who asked (specs/jobs.md section 5). */
export const jobError = (
  code: JobErrorCode,
  message: string,
  details?: Record<string, unknown>,
  cause?: unknown,
): CodedError<JobErrorCode> =>
  new CodedError(code, message, details, cause === undefined ? undefined : { cause });

/** A UTF-16 unit is at most three bytes. */
const MESSAGE_UNITS = Math.floor(limits.jobMessageBytes / 3);
/** When a worker whose log has no room may be asked again. */
const LOG_RETRY_MS = 1_000;

/** Codes of a job error by the code of the part that failed; `JOB_FAILED` for every other. */
const IN_JOB_WORDS: Readonly<Record<string, JobErrorCode>> = {
  QUEUE_FULL: 'JOB_BUSY',
  LOG_BUSY: 'JOB_BUSY',
  RUN_ABORTED: 'JOB_CANCELLED',
  CLIENT_GONE: 'JOB_CANCELLED',
  PEER_SILENT: 'JOB_CANCELLED',
  KIND_UNSUPPORTED: 'JOB_INPUT_INVALID',
  PROFILE_MISMATCH: 'JOB_PROFILE_UNSUPPORTED',
  MODEL_NOT_ALLOWED: 'JOB_PROFILE_UNSUPPORTED',
  MODEL_ARCHITECTURE: 'JOB_PROFILE_UNSUPPORTED',
  RUN_TIMEOUT: 'JOB_LIMIT',
  RUN_MEMORY: 'JOB_LIMIT',
  // Another worker may have more.
  MODEL_MEMORY: 'JOB_UNAVAILABLE',
  OUTPUT_TOO_LARGE: 'JOB_LIMIT',
  MODEL_TOO_LARGE: 'JOB_LIMIT',
  SIGNING_REFUSED: 'JOB_UNAVAILABLE',
  LOG_BEHIND: 'JOB_UNAVAILABLE',
  LOG_FORKED: 'JOB_UNAVAILABLE',
  LOG_IO: 'JOB_UNAVAILABLE',
  LOG_CLOSED: 'JOB_UNAVAILABLE',
  RUNTIME_DISPOSED: 'JOB_UNAVAILABLE',
  ENGINE_UNAVAILABLE: 'JOB_UNAVAILABLE',
  API_UNSUPPORTED: 'JOB_INPUT_INVALID',
  API_LIMIT: 'JOB_LIMIT',
  UPSTREAM_UNREACHABLE: 'JOB_UNAVAILABLE',
  UPSTREAM_BUSY: 'JOB_BUSY',
  UPSTREAM_DENIED: 'JOB_UNAVAILABLE',
  UPSTREAM_MODEL_UNKNOWN: 'JOB_MODEL_UNKNOWN',
  UPSTREAM_REFUSED: 'JOB_INPUT_INVALID',
  UPSTREAM_STALLED: 'JOB_LIMIT',
  UPSTREAM_LIMIT: 'JOB_LIMIT',
};

/** An error of a worker's part as one of the closed list that its client sees. What has no code is thrown on. */
export function asJobError(error: unknown): CodedError<JobErrorCode> {
  if (!isCoded(error)) throw error;
  if (isJobErrorCode(error.code)) return error as CodedError<JobErrorCode>;
  const code = requestFault(error.code) ? 'JOB_INPUT_INVALID' : (IN_JOB_WORDS[error.code] ?? 'JOB_FAILED');
  const { retryAfterMs = error.code === 'LOG_BUSY' ? LOG_RETRY_MS : undefined } = error.details;
  return jobError(
    code,
    error.message.slice(0, MESSAGE_UNITS).toWellFormed(),
    { cause: error.code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
    error,
  );
}
