import { documentKind, field, limits, nested } from '@isobit/core';
import type { SignedManifest } from '@isobit/model';
import * as v from 'valibot';
import { answerMembers } from './answer-members.ts';
import { type Evidence, evidenceKind } from './evidence.ts';
import { requestKind } from './request.ts';

/** What a client asks of one worker (specs/jobs.md section 2). */
export const jobKind = documentKind(
  'job/1',
  v.strictObject({
    isobit: v.literal('job/1'),
    request: nested(requestKind),
    /** 32 random bytes that the receipt must repeat. */
    nonce: field.hex32,
    /** Whether the answer should hold a trace. */
    trace: v.boolean(),
    /** Digest of the genesis document of the network in which the receipt is to count. */
    network: field.hex32,
    /** Milliseconds from the job's arrival to its answer: a budget, since clocks differ. */
    deadlineMs: v.pipe(field.count, v.minValue(1), v.maxValue(limits.jobDeadlineMs)),
    /** Whether the pieces of a text are to be told as they come; not, when absent. */
    progress: v.optional(v.boolean()),
    /** Cosignatures to wait for within the deadline; fewer are no failure. */
    witnesses: v.pipe(field.count, v.maxValue(limits.jobWitnesses)),
  }),
  limits.jobBytes,
);

export type Job = ReturnType<typeof jobKind.parse>;

/** Sent at most once, before the answer: the job waits or runs (specs/jobs.md section 3). */
export const jobAcceptedKind = documentKind(
  'job-accepted/1',
  v.strictObject({
    isobit: v.literal('job-accepted/1'),
    /** Jobs of this worker that come first; 0 when it runs now. */
    position: field.count,
  }),
);

export type JobAccepted = ReturnType<typeof jobAcceptedKind.parse>;

/** The parts of an evidence that the client does not hold already: all but its request and the manifest. */
export const jobAnswerKind = documentKind(
  'job-answer/1',
  v.strictObject({ isobit: v.literal('job-answer/1'), ...answerMembers }),
  limits.jobAnswerBytes,
);

export type JobAnswer = ReturnType<typeof jobAnswerKind.parse>;

/** Withdraws the job on whose stream it comes. */
export const jobCancelKind = documentKind(
  'job-cancel/1',
  v.strictObject({ isobit: v.literal('job-cancel/1') }),
);

/** Evidence of an answered job. Nothing is verified here: that is the verifier's work. */
export const evidenceFromAnswer = (job: Job, answer: JobAnswer, manifest?: SignedManifest): Evidence =>
  evidenceKind.parse({
    ...answer,
    isobit: 'evidence/1',
    request: job.request,
    ...(manifest ? { manifest } : {}),
  });
