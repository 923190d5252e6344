import { isCoded, limits } from '@isobit/core';
import {
  createProgressGuard,
  type Job,
  type JobAccepted,
  type JobAnswer,
  type JobProgress,
  jobKind,
} from '@isobit/receipt';
import { networkError } from '../errors.ts';
import type { Routes } from '../host/routes.ts';
import { networkLimits } from '../limits.ts';
import type { FrameStream } from '../wire/frame-stream.ts';
import { isTimeout, within } from '../wire/time.ts';
import { cancelFrame, errorOf, JOB_PROTOCOL, jobError, readReply } from './job-frames.ts';

export interface RunJobOptions {
  /** Withdraws the job; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onAccepted?: (accepted: JobAccepted) => void;
  /** Told of a text as it comes, where the job asks for that: provisional, since nothing of it is signed. */
  readonly onProgress?: (progress: JobProgress) => void;
  /** Milliseconds for the worker's first frame; without it only the deadline counts. */
  readonly firstReplyMs?: number;
}

export type RunJob = (node: string, job: Job, options?: RunJobOptions) => Promise<JobAnswer>;

/**
 * The client's side of `/isobit/job/1` (specs/jobs.md). Rejects with the worker's own code, or with how the
 * exchange failed; `details.answered` is true once a frame of an answer was seen.
 */
export function createRunJob({
  routes,
  closing,
}: {
  readonly routes: Routes;
  readonly closing: AbortSignal;
}): RunJob {
  return async (node, job, { signal, onAccepted, onProgress, firstReplyMs } = {}) => {
    const bytes = encodeJob(job);
    // The worker answers a late job itself; this is for a worker that says nothing at all.
    const ended = within(job.deadlineMs + 2 * networkLimits.jobGraceMs, signal, closing);
    const stream = await routes.open(
      node,
      JOB_PROTOCOL,
      AbortSignal.any([closing, ...(signal ? [signal] : [])]),
    );
    let isSent = false;
    try {
      // The reply is read while the job is being sent: a busy worker says so without reading it all.
      stream.write(bytes, ended).then(
        () => {
          isSent = true;
        },
        () => {},
      );
      const answer = await reply(stream, { node, job, ended, onAccepted, onProgress, firstReplyMs });
      void stream[Symbol.asyncDispose]();
      return answer;
    } catch (error) {
      void withdraw(stream, ended.aborted && isSent);
      signal?.throwIfAborted();
      if (closing.aborted)
        throw networkError('NETWORK_CLOSED', 'this node stopped while it waited for an answer', { node });
      if (isTimeout(error))
        throw jobError('JOB_DEADLINE', `the worker ${node} said nothing within ${job.deadlineMs} ms`, {
          node,
          answered: false,
        });
      throw error;
    }
  };
}

/** @throws CodedError `JOB_LIMIT` above what a worker reads */
function encodeJob(job: Job): Uint8Array {
  try {
    return jobKind.encode(job);
  } catch (error) {
    throw isCoded(error, 'CANONICAL_INVALID')
      ? jobError('JOB_LIMIT', `the job does not travel: ${error.message}`)
      : error;
  }
}

interface ReplyOptions {
  readonly node: string;
  readonly job: Job;
  readonly ended: AbortSignal;
  readonly onAccepted: RunJobOptions['onAccepted'];
  readonly onProgress: RunJobOptions['onProgress'];
  readonly firstReplyMs: number | undefined;
}

async function reply(
  stream: FrameStream,
  { node, job, ended, onAccepted, onProgress, firstReplyMs }: ReplyOptions,
): Promise<JobAnswer> {
  const guard = createProgressGuard(job);
  let isAccepted = false;
  while (true) {
    const firstMs = isAccepted ? undefined : firstReplyMs;
    const frame = await stream.read(limits.jobAnswerBytes, {
      signal: ended,
      ...(firstMs === undefined ? {} : { firstMs }),
    });
    if (!frame)
      throw networkError('PEER_RESET', `the worker ${node} ended the stream without an answer`, {
        node,
        answered: false,
      });
    const message = readReply(frame.bytes);
    if (message.kind === 'answer') return message.answer;
    if (message.kind === 'error') throw errorOf(message.error, node);
    const nonsense = (what: string) =>
      networkError('PEER_MALFORMED', `the worker ${node} ${what}`, { node, answered: false });
    if (message.kind === 'progress') {
      if (!guard(message.progress)) throw nonsense('tells of more than the job asks for');
      isAccepted = true;
      onProgress?.(message.progress);
    } else if (isAccepted) throw nonsense('accepted one job twice');
    else {
      isAccepted = true;
      onAccepted?.(message.accepted);
    }
  }
}

/** Ends the stream, with a cancel where the worker has the whole job and still listens. Never rejects. */
async function withdraw(stream: FrameStream, isRunning: boolean): Promise<void> {
  try {
    if (isRunning) {
      await stream.write(cancelFrame(), AbortSignal.timeout(networkLimits.jobGraceMs));
      await stream.close();
    }
  } catch {
    // a worker that takes no cancel understands the reset
  }
  stream.abort(new Error('the client withdrew the job'));
}
