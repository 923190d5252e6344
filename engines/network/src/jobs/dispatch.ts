import { type CodedError, isCoded } from '@isobit/core';
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
  /** Told of each worker that is given up. */
  readonly onAttempt?: (attempt: Attempt) => void;
  /** Milliseconds that each worker has for its first frame. */
  readonly firstReplyMs?: number;
  /**
   * Milliseconds that this worker may be silent before the next one is asked as well; without it none is while one has
   * the job.
   */
  readonly patienceMs?: (node: string) => number;
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
  'PEER_SILENT',
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

/** Workers that may have a job at once: one, and one more where that one is silent. */
const AT_ONCE = 2;

/** A worker that has the job. */
interface Asked {
  readonly leave: AbortController;
  /** When it has been silent for as long as it may. */
  patience?: NodeJS.Timeout;
  isSilent: boolean;
}

/**
 * Runs a job on the first worker that takes it. Fails over before any answer, never after one. Where all who have the
 * job are silent for longer than they may, the next worker is asked as well; whoever speaks first has the job, and it is
 * withdrawn from the other (specs/jobs.md section 6). The deadline is for all attempts together.
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
    patienceMs,
  } = options;
  const end = performance.now() + job.deadlineMs;
  const waiting = [...candidates];
  /** In the order in which they were asked. */
  const asked = new Map<string, Asked>();
  const attempts: Attempt[] = [];
  const outcome = Promise.withResolvers<Dispatched>();
  let isTold = false;

  function giveUp(node: string, error: CodedError): void {
    const attempt = { node, code: error.code, message: reasonOf(error) };
    attempts.push(attempt);
    onAttempt?.(attempt);
  }

  /** Asks the next worker, unless somebody has the job who may still be silent. */
  function askNext(): void {
    if (asked.size === AT_ONCE || [...asked.values()].some(({ isSilent }) => !isSilent)) return;
    const deadlineMs = Math.floor(end - performance.now());
    const node = deadlineMs < 1 ? undefined : waiting.shift();
    if (node !== undefined) ask(node, deadlineMs).catch(outcome.reject);
    else if (asked.size > 0) return;
    else if (deadlineMs < 1)
      outcome.reject(
        jobError('JOB_DEADLINE', `no worker answered within ${job.deadlineMs} ms`, { attempts }),
      );
    else outcome.reject(noWorker(attempts));
  }

  async function ask(node: string, deadlineMs: number): Promise<void> {
    const own: Asked = { leave: new AbortController(), isSilent: false };
    asked.set(node, own);
    if (patienceMs && waiting.length > 0)
      own.patience = setTimeout(() => {
        own.isSilent = true;
        askNext();
      }, patienceMs(node));
    const { signal: left } = own.leave;
    try {
      const answer = await runJob(
        node,
        { ...job, deadlineMs },
        {
          firstReplyMs,
          signal: signal ? AbortSignal.any([signal, left]) : left,
          ...(onAccepted ? { onAccepted: (accepted) => onAccepted(accepted, node) } : {}),
          onProgress(progress) {
            if (!settleOn(node)) return;
            isTold ||= onProgress !== undefined;
            onProgress?.(progress, node);
          },
        },
      );
      if (settleOn(node)) outcome.resolve({ node, answer, attempts });
    } catch (error) {
      if (asked.delete(node)) failed(node, error);
    } finally {
      clearTimeout(own.patience);
    }
  }

  /** Leaves the job to a worker that speaks, and withdraws it from the other. False where it was withdrawn from this one. */
  function settleOn(node: string): boolean {
    const own = asked.get(node);
    if (!own) return false;
    clearTimeout(own.patience);
    own.isSilent = false;
    let isEarlier = true;
    for (const [other, { leave }] of asked) {
      if (other === node) {
        isEarlier = false;
        continue;
      }
      asked.delete(other);
      const error = isEarlier ? silent(other, node) : withdrawn();
      if (isEarlier) giveUp(other, error);
      leave.abort(error);
    }
    return true;
  }

  function failed(node: string, error: unknown): void {
    // A text that has begun is not begun again: whoever reads along has seen a part of it.
    if (signal?.aborted) outcome.reject(signal.reason);
    else if (isTold || !isCoded(error) || !isRetriable(error.code) || error.details['answered'] === true)
      outcome.reject(error);
    else {
      giveUp(node, error);
      askNext();
    }
  }

  try {
    askNext();
    return await outcome.promise;
  } finally {
    for (const { leave } of asked.values()) leave.abort(withdrawn());
  }
}

const silent = (node: string, speaker: string): CodedError =>
  networkError('PEER_SILENT', `the worker ${node} said nothing, and ${speaker}, asked after it, did`, {
    node,
    answered: false,
  });

const withdrawn = (): CodedError => jobError('JOB_CANCELLED', 'the job was withdrawn');

function noWorker(attempts: readonly Attempt[]): Error {
  if (attempts.length === 0)
    return networkError('NO_WORKER', 'no worker offers this model under this profile at this price', {
      attempts,
    });
  const told = attempts.map(({ node, code }) => `${node} ${code}`).join(', ');
  return networkError('NO_WORKER', `none of ${attempts.length} workers took the job: ${told}`, { attempts });
}
