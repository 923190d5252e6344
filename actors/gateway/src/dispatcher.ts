import type { Job, JobAnswer, JobProgress } from '@isobit/receipt';

export interface DispatchOptions {
  /** Fires when the client is gone or the deadline has passed: nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Address of the one worker to ask; the dispatcher chooses when absent. */
  readonly worker?: string;
  /** Addresses of workers not to ask. */
  readonly exclude?: readonly string[];
  /** Highest price for the run, in smallest units of the network's currency. */
  readonly maxPrice?: bigint;
  /** Workers that must be there to be asked, so that a second one can answer the same; 1 when absent. */
  readonly least?: number;
  /** Told of a text as it comes, where the job asks for that. */
  readonly onProgress?: (progress: JobProgress) => void;
}

/**
 * Takes a job to a worker and brings its answer back. What it knows of networks, queues and money is its own.
 *
 * It rejects with a coded error: one of the job error codes, or `NO_WORKER`, whose message says which demand kept
 * how many workers out; `details.retryAfterMs` (milliseconds) goes with `JOB_BUSY`. Any other rejection is told to the client as `INTERNAL`.
 */
export interface Dispatcher {
  dispatch(job: Job, options: DispatchOptions): Promise<{ readonly answer: JobAnswer }>;
}
