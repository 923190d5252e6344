import { isCoded } from '@isobit/core';
import type { Job, JobAccepted, JobAnswer, JobProgress } from '@isobit/receipt';
import { type NetworkErrorCode, networkError, reasonOf } from '../errors.ts';
import { networkLimits } from '../limits.ts';
import type { RunJob } from './job-client.ts';
import { jobError } from './job-frames.ts';

export interface Attempt {
  readonly node: string;
  /** Why this worker gave no answer. */
  readonly code: string;
  readonly message: string;
}

export interface DispatchOptions {
  /** Workers by address, the best first. */
  readonly candidates: readonly string[];
  readonly signal?: AbortSignal;
  readonly onAccepted?: (accepted: JobAccepted, node: string) => void;
  readonly onProgress?: (progress: JobProgress, node: string) => void;
  /** Told of each worker that is given up, before the next one is asked. */
  readonly onAttempt?: (attempt: Attempt) => void;
  /** Milliseconds that each worker has for its first frame. */
  readonly firstReplyMs?: number;
}

export interface Dispatched {
  readonly node: string;
  readonly answer: JobAnswer;
  /** Workers that were given up before. */
  readonly attempts: readonly Attempt[];
}

/**
 * Errors after which another worker may do better. A run that failed, an input that does not fit and whatever
 * came in an answer's frame would be the same or worse elsewhere: a client that shopped on could be led to a liar.
 */
const retriable: ReadonlySet<string> = new Set<NetworkErrorCode>([
  'NODE_UNKNOWN',
  'NODE_UNREACHABLE',
  'PEER_RESET',
  'PEER_STALLED',
  'PEER_MALFORMED',
  'FRAME_TOO_LONG',
  'JOB_BUSY',
  'JOB_UNAVAILABLE',
  'JOB_REFUSED',
  'JOB_MODEL_UNKNOWN',
  'JOB_PROFILE_UNSUPPORTED',
  'JOB_NETWORK',
  'JOB_VERSION',
]);

/** Whether an error with this code says that another worker may do better. */
export const isRetriable = (code: string): boolean => retriable.has(code);

/**
 * Runs a job on the first worker that takes it. Fails over before any answer, never after one. The deadline is
 * for all attempts together.
 *
 * @throws CodedError `NO_WORKER`, `JOB_DEADLINE`, or the error of the worker that ended it
 */
export async function dispatch(runJob: RunJob, job: Job, options: DispatchOptions): Promise<Dispatched> {
  const {
    candidates,
    signal,
    onAccepted,
    onProgress,
    onAttempt,
    firstReplyMs = networkLimits.firstReplyMs,
  } = options;
  const end = performance.now() + job.deadlineMs;
  const attempts: Attempt[] = [];
  let isTold = false;
  for (const node of candidates) {
    const deadlineMs = Math.floor(end - performance.now());
    if (deadlineMs < 1)
      throw jobError('JOB_DEADLINE', `no worker answered within ${job.deadlineMs} ms`, { attempts });
    try {
      const answer = await runJob(
        node,
        { ...job, deadlineMs },
        {
          firstReplyMs,
          ...(signal ? { signal } : {}),
          ...(onAccepted ? { onAccepted: (accepted) => onAccepted(accepted, node) } : {}),
          onProgress(progress) {
            isTold = true;
            onProgress?.(progress, node);
          },
        },
      );
      return { node, answer, attempts };
    } catch (error) {
      signal?.throwIfAborted();
      // A text that has begun is not begun again: whoever reads along has seen a part of it.
      if (isTold || !isCoded(error) || !isRetriable(error.code) || error.details['answered'] === true)
        throw error;
      const attempt = { node, code: error.code, message: reasonOf(error) };
      attempts.push(attempt);
      onAttempt?.(attempt);
    }
  }
  throw noWorker(attempts);
}

function noWorker(attempts: readonly Attempt[]): Error {
  if (attempts.length === 0)
    return networkError('NO_WORKER', 'no worker offers this model under this profile at this price', {
      attempts,
    });
  const told = attempts.map(({ node, code }) => `${node} ${code}`).join(', ');
  return networkError('NO_WORKER', `none of ${attempts.length} workers took the job: ${told}`, { attempts });
}
