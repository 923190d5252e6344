import type { RunJob } from '@isobit/network';
import { jobError } from '../worker/job-error.ts';
import type { JobHandler } from '../worker/job-handler.ts';

/** Runs jobs on this node's own worker, as a network runs them on another's: but that no wire is crossed. */
export const runHere =
  (handler: JobHandler): RunJob =>
  async (_, job, { signal, onProgress } = {}) => {
    const end = new AbortController();
    const leave = (): void => end.abort(signal?.reason);
    const late = (): void =>
      end.abort(jobError('JOB_DEADLINE', `no answer within the ${job.deadlineMs} ms that the client gave`));
    signal?.throwIfAborted();
    signal?.addEventListener('abort', leave, { once: true });
    const timer = setTimeout(late, job.deadlineMs);
    try {
      return await handler(job, {
        signal: end.signal,
        ...(job.progress && onProgress
          ? { onPiece: (piece) => onProgress({ isobit: 'job-progress/1', pieces: [piece] }) }
          : {}),
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  };
