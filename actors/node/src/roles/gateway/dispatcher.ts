import { isCoded } from '@isobit/core';
import type { Dispatcher } from '@isobit/gateway';
import { type Candidate, dispatch, type Network, type RunJob, rankWorkers } from '@isobit/network';
import type { Job, JobAnswer, JobProgress, OfferBody } from '@isobit/receipt';
import { jobError } from '../worker/job-error.ts';
import type { JobHandler } from '../worker/job-handler.ts';

export interface DispatcherOptions {
  readonly network: Pick<Network, 'self' | 'offers' | 'runJob'>;
  /** Digest of the network's genesis; 64 hex characters. */
  readonly ownNetwork: string;
  /** This node's own worker, where it is one. */
  readonly local: { readonly handler: JobHandler; readonly offer: () => OfferBody } | undefined;
  /** Told of each answer of another node that is passed on. */
  readonly onForeign: (job: Job, answer: JobAnswer) => void;
}

/** Workers that a job may go to, this node's own included, the best first. */
export function workersFor(
  network: Pick<Network, 'self' | 'offers'>,
  own: OfferBody | undefined,
  { model, profile, exclude = [] }: { model: string; profile: string; exclude?: readonly string[] },
): Candidate[] {
  const self = own && {
    offer: { ...own, node: network.self } as unknown as Candidate['offer'],
    latencyMs: 0,
  };
  return rankWorkers([...network.offers(), ...(self ? [self] : [])], { model, profile, exclude });
}

/** When to ask again where no worker said it. */
const RETRY_MS = 1_000;

/** Takes jobs to the best worker of the network, this node's own among them (specs/offer.md section 7). */
export function createDispatcher({ network, ownNetwork, local, onForeign }: DispatcherOptions): Dispatcher {
  const runJob: RunJob = (node, job, options) =>
    node === network.self && local
      ? runHere(local.handler, job, options)
      : network.runJob(node, job, options);

  return {
    async dispatch(job, { signal, worker, exclude = [], onProgress }) {
      if (job.network !== ownNetwork)
        throw jobError('JOB_NETWORK', `the job is for network ${job.network}, this node is in ${ownNetwork}`);
      const { model, profile } = job.request;
      const ranked = workersFor(network, local?.offer(), { model, profile, exclude }).map(
        ({ offer }) => offer.node,
      );
      const candidates = worker === undefined ? ranked : ranked.filter((node) => node === worker);
      if (worker !== undefined && candidates.length === 0) {
        throw jobError(
          'JOB_MODEL_UNKNOWN',
          `worker ${worker} does not offer model ${model} under profile ${profile}; GET /models/${model}/workers lists those that do`,
        );
      }
      const refusals: unknown[] = [];
      const attempt: RunJob = (node, ...rest) =>
        runJob(node, ...rest).catch((error: unknown) => {
          refusals.push(error);
          throw error;
        });
      try {
        const { node, answer } = await dispatch(attempt, job, {
          candidates,
          signal,
          ...(onProgress ? { onProgress } : {}),
        });
        if (node !== network.self && isOf(answer, node, job)) onForeign(job, answer);
        return { answer };
      } catch (error) {
        throw isCoded(error, 'NO_WORKER') ? (allBusy(refusals) ?? error) : error;
      }
    },
  };
}

/** Whether an answer speaks of this job and of the node that was asked: anything else is not worth keeping. */
const isOf = ({ receipt }: JobAnswer, node: string, job: Job): boolean =>
  receipt.worker === node && receipt.details.nonce === job.nonce && receipt.network === job.network;

/** Where every worker is only busy, the client is told when the first has room again. */
function allBusy(refusals: readonly unknown[]): Error | undefined {
  if (refusals.length === 0 || !refusals.every((error) => isCoded(error, 'JOB_BUSY'))) return undefined;
  const waits = refusals.map((error) => {
    const { retryAfterMs } = isCoded(error) ? error.details : {};
    return typeof retryAfterMs === 'number' ? retryAfterMs : RETRY_MS;
  });
  const retryAfterMs = Math.min(...waits);
  return jobError(
    'JOB_BUSY',
    `every worker that runs this model is busy (${refusals.length} asked): ask again in ${retryAfterMs} ms`,
    { retryAfterMs },
  );
}

async function runHere(
  handler: JobHandler,
  job: Job,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: JobProgress) => void } = {},
): Promise<JobAnswer> {
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
}
