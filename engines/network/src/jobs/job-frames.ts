import { type Canonical, CodedError, decodeCanonical, fromUtf8, isCoded, limits, utf8 } from '@isobit/core';
import {
  isJobErrorCode,
  type Job,
  type JobAccepted,
  type JobAnswer,
  type JobErrorCode,
  type JobErrorDocument,
  type JobProgress,
  jobAcceptedKind,
  jobAnswerKind,
  jobCancelKind,
  jobErrorKind,
  jobKind,
  jobProgressKind,
} from '@isobit/receipt';
import { networkError } from '../errors.ts';
import { malformed } from '../wire/documents.ts';

export const JOB_PROTOCOL = '/isobit/job/1';

export const jobError = (
  code: JobErrorCode,
  message: string,
  details: Record<string, unknown> = {},
): CodedError => networkError(code, message, details);

/** What a client may send after its job: a withdrawal, and nothing else. @throws CodedError `JOB_MALFORMED` */
export function readCancel(bytes: Uint8Array): void {
  try {
    jobCancelKind.decode(bytes);
  } catch (error) {
    throw isCoded(error)
      ? jobError('JOB_MALFORMED', `after a job only a cancel may come: ${error.message}`)
      : error;
  }
}

export const cancelFrame = (): Uint8Array => jobCancelKind.encode({ isobit: 'job-cancel/1' });

/** Reads a client's first frame. @throws CodedError `JOB_VERSION`, `JOB_MALFORMED` */
export function readJob(bytes: Uint8Array): Job {
  try {
    return jobKind.decode(bytes);
  } catch (error) {
    if (!isCoded(error)) throw error;
    throw jobError(
      error.code === 'DOCUMENT_UNKNOWN_VERSION' ? 'JOB_VERSION' : 'JOB_MALFORMED',
      error.message,
    );
  }
}

export type Reply =
  | { readonly kind: 'accepted'; readonly accepted: JobAccepted }
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'answer'; readonly answer: JobAnswer }
  | { readonly kind: 'error'; readonly error: JobErrorDocument };

/**
 * Reads one frame of a worker.
 *
 * @throws CodedError `PEER_MALFORMED`; `details.answered` is true when the frame meant to be an answer
 */
export function readReply(bytes: Uint8Array): Reply {
  let answered = false;
  try {
    const value = decodeCanonical(bytes, limits.jobAnswerBytes);
    const stated = statedKind(value);
    answered = stated === 'job-answer';
    if (stated === 'job-accepted') return { kind: 'accepted', accepted: jobAcceptedKind.parse(value) };
    if (stated === 'job-progress') return { kind: 'progress', progress: jobProgressKind.parse(value) };
    if (stated === 'job-error') return { kind: 'error', error: jobErrorKind.parse(value) };
    return { kind: 'answer', answer: jobAnswerKind.parse(value) };
  } catch (error) {
    if (!isCoded(error)) throw error;
    const { code, message } = malformed('job-answer/1, job-error/1, job-progress/1 or job-accepted/1', error);
    throw new CodedError(code, message, { answered }, { cause: error });
  }
}

function statedKind(value: Canonical): string | undefined {
  const stated = (value as { isobit?: unknown } | null)?.isobit;
  return typeof stated === 'string' ? stated.split('/')[0] : undefined;
}

/** What codes of other packages mean to a client. Their messages speak of the request, not of the worker's insides. */
const translated: Readonly<Record<string, JobErrorCode>> = {
  TENSOR_INVALID: 'JOB_INPUT_INVALID',
  PROFILE_UNKNOWN: 'JOB_PROFILE_UNSUPPORTED',
};

/** The wire form of whatever a handler threw: what is not for strangers keeps its code and loses its message. */
export function errorDocument(error: unknown): JobErrorDocument {
  if (!isCoded(error))
    return document('JOB_FAILED', 'the run failed on the worker for a reason it does not share');
  const code = isJobErrorCode(error.code) ? error.code : translated[error.code];
  if (!code) return document('JOB_FAILED', `the run failed on the worker with ${error.code}`);
  const { retryAfterMs } = error.details;
  return document(
    code,
    error.message,
    typeof retryAfterMs === 'number' ? Math.max(0, Math.ceil(retryAfterMs)) : undefined,
  );
}

function document(code: JobErrorCode, message: string, retryAfterMs?: number): JobErrorDocument {
  const short = cut(message, limits.jobMessageBytes);
  return {
    isobit: 'job-error/1',
    code,
    message: short,
    ...(Number.isSafeInteger(retryAfterMs) ? { retryAfterMs: retryAfterMs as number } : {}),
  };
}

/** Text of at most `maxBytes` bytes. */
function cut(text: string, maxBytes: number): string {
  const bytes = utf8(text.toWellFormed());
  if (bytes.length <= maxBytes) return text.toWellFormed();
  let end = maxBytes;
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end--;
  return fromUtf8(bytes.subarray(0, end));
}

/** The error that a worker's document stands for, on the client. */
export const errorOf = ({ code, message, retryAfterMs }: JobErrorDocument, node: string): CodedError =>
  jobError(code, message, { node, answered: false, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
