import { isCoded, limits } from '@isobit/core';
import type { Job } from '@isobit/receipt';
import type { Peer } from '../host/routes.ts';
import type { Exchange } from '../host/serve.ts';
import { networkLimits } from '../limits.ts';
import type { ByteBudget } from '../wire/byte-budget.ts';
import type { FrameStream } from '../wire/frame-stream.ts';
import { jobError, readJob } from './job-frames.ts';
import { type JobHandler, runOnWorker, sendError } from './job-run.ts';
import { JobSlots } from './job-slots.ts';

export interface JobServerOptions {
  readonly handler: JobHandler;
  /** 64 hex characters. */
  readonly network: string;
  readonly budget: ByteBudget;
  /** Jobs at once, of one peer and in all, running or waiting in the handler. */
  readonly perPeer?: number;
  readonly total?: number;
}

/** The worker's side of `/isobit/job/1` (specs/jobs.md). */
export function createJobServer({
  handler,
  network,
  budget,
  perPeer = networkLimits.jobsPerPeer,
  total = networkLimits.jobs,
}: JobServerOptions) {
  const slots = new JobSlots({ perPeer, total });
  return async ({ stream, peer, signal: closing }: Exchange): Promise<void> => {
    const busy = () =>
      sendError(
        stream,
        jobError('JOB_BUSY', 'this worker has as many jobs as it takes: ask again later', {
          retryAfterMs: networkLimits.jobRetryMs,
        }),
        closing,
      );
    // Looked at before the job is read, so that nobody sends one in vain; taken after, so that silence holds no slot.
    if (!slots.isFree(peer.peerId)) return busy();
    const job = await receive(stream, { network, budget, closing, peer });
    if (!job) return;
    const free = slots.take(peer.peerId);
    if (!free) return busy();
    try {
      await runOnWorker(stream, job, { handler, peer, closing });
    } finally {
      free();
    }
  };
}

/** The job, or undefined when the client was told why there is none. */
async function receive(
  stream: FrameStream,
  {
    network,
    budget,
    closing,
    peer,
  }: { network: string; budget: ByteBudget; closing: AbortSignal; peer: Peer },
): Promise<Job | undefined> {
  try {
    const frame = await stream.read(limits.jobBytes, {
      signal: closing,
      firstMs: networkLimits.firstFrameMs,
      budget: (bytes) => budget.reserve(bytes, peer.peerId),
    });
    if (!frame) return undefined;
    try {
      const job = readJob(frame.bytes);
      if (job.network === network) return job;
      throw jobError(
        'JOB_NETWORK',
        `the job is for the network ${job.network}, this worker is in ${network}`,
      );
    } finally {
      frame.release();
    }
  } catch (error) {
    if (isCoded(error, 'MEMORY_BUSY')) {
      await sendError(
        stream,
        jobError('JOB_BUSY', error.message, { retryAfterMs: networkLimits.jobRetryMs }),
        closing,
      );
    } else if (isCoded(error) && error.code.startsWith('JOB_')) {
      await sendError(stream, error, closing);
    } else throw error;
    return undefined;
  }
}
