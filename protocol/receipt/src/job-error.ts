import { documentKind, field, limits } from '@isobit/core';
import * as v from 'valibot';

/** Codes of a job's error on the wire, closed for version 1 (specs/jobs.md section 5). */
export const jobErrorCodes = [
  /** The worker's queue, or this peer's share of it, is full; `retryAfterMs` says when to ask again. */
  'JOB_BUSY',
  /** The worker does not serve this model. */
  'JOB_MODEL_UNKNOWN',
  /** The worker does not run this model under this profile. */
  'JOB_PROFILE_UNSUPPORTED',
  /** The inputs do not fit the model's signature. */
  'JOB_INPUT_INVALID',
  /** The run passed a limit of memory, size or time of the worker. */
  'JOB_LIMIT',
  /** The deadline passed before there was an answer. */
  'JOB_DEADLINE',
  /** The client withdrew the job. */
  'JOB_CANCELLED',
  /** The run failed; asking the same worker again may give the same. */
  'JOB_FAILED',
  /** The job names another network than the worker's. */
  'JOB_NETWORK',
  /** The bytes are no job: not canonical, not of the schema, or framed wrongly. */
  'JOB_MALFORMED',
  /** The job is of a version that the worker does not read. */
  'JOB_VERSION',
  /** The worker signs nothing at the moment: it starts, stops, or its key or log is in doubt. */
  'JOB_UNAVAILABLE',
  /** The worker does not work for this peer, or not at this price. */
  'JOB_REFUSED',
] as const;

export type JobErrorCode = (typeof jobErrorCodes)[number];

export const isJobErrorCode = (code: unknown): code is JobErrorCode =>
  jobErrorCodes.some((known) => known === code);

/** Why a job has no answer. A code that the reader does not know reads as `JOB_FAILED`. */
export const jobErrorKind = documentKind(
  'job-error/1',
  v.strictObject({
    isobit: v.literal('job-error/1'),
    code: v.pipe(
      v.string(),
      v.regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be a code'),
      v.transform((code): JobErrorCode => (isJobErrorCode(code) ? code : 'JOB_FAILED')),
    ),
    /** For a person: what happened, to what, what to do. */
    message: v.pipe(v.string(), v.maxBytes(limits.jobMessageBytes)),
    /** Milliseconds after which asking again makes sense. */
    retryAfterMs: v.optional(field.count),
  }),
);

export type JobErrorDocument = ReturnType<typeof jobErrorKind.parse>;
