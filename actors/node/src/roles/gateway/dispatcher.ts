import { isCoded } from '@isobit/core';
import type { Dispatcher, DispatchOptions } from '@isobit/gateway';
import {
  type Attempt,
  type Demands,
  dispatch,
  fittingWorkers,
  type Network,
  type RunJob,
  rankWorkers,
} from '@isobit/network';
import type { Job, JobAnswer, OfferBody } from '@isobit/receipt';
import { jobError } from '../worker/job-error.ts';
import type { JobHandler } from '../worker/job-handler.ts';
import { retryAfterOf } from './endings.ts';
import { knownWorkers } from './known-workers.ts';
import { noWorkerFits } from './no-worker.ts';
import { PrefixHolders } from './prefix-holders.ts';
import { prefixKeys } from './prefix-keys.ts';
import { isOf, recorded, sortOf } from './recorded.ts';
import { runHere } from './run-here.ts';
import type { WorkerRecords } from './worker-records.ts';

export interface DispatcherOptions {
  readonly network: Pick<Network, 'self' | 'offers' | 'runJob'>;
  /** Digest of the network's genesis; 64 hex characters. */
  readonly ownNetwork: string;
  /** This node's own worker, where it is one. */
  readonly local: { readonly handler: JobHandler; readonly offer: () => OfferBody } | undefined;
  readonly records: WorkerRecords;
  /** Told of each answer of another node that is passed on. */
  readonly onForeign: (job: Job, answer: JobAnswer) => void;
  /** Told of each worker that is given up before the next one is asked. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** Takes jobs to the best worker of the network, this node's own among them (specs/offer.md section 7). */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { network, ownNetwork, local, records, onForeign, onAttempt } = options;
  const holders = new PrefixHolders();
  const here = local && runHere(local.handler);
  const runJob = recorded(
    (node, ...rest) => (node === network.self && here ? here(node, ...rest) : network.runJob(node, ...rest)),
    records,
  );

  /** Addresses of workers to ask, the best first. */
  function candidatesFor(job: Job, demands: Demands, least: number, keys: readonly string[]): string[] {
    const known = knownWorkers(network, local?.offer(), records, sortOf(job));
    const holder = holders.holderOf(keys);
    const ranked = rankWorkers(known, {
      ...demands,
      // One conversation has one seed, so that its questions meet again also where nothing is known of it.
      seed: keys[0] ?? job.nonce,
      ...(holder === undefined ? {} : { holder }),
    }).map(({ offer }) => offer.node);
    if (ranked.length >= least) return ranked;
    const { failing } = fittingWorkers(known, demands);
    throw isAbsent(demands, known) ? absent(demands) : noWorkerFits(demands, failing, ranked.length);
  }

  return {
    async dispatch(job, { signal, onProgress, least = 1, ...routing }) {
      if (job.network !== ownNetwork)
        throw jobError('JOB_NETWORK', `the job is for network ${job.network}, this node is in ${ownNetwork}`);
      const keys = prefixKeys(job.request);
      const candidates = candidatesFor(job, demandsOf(job, routing), least, keys);
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
          ...(onAttempt ? { onAttempt } : {}),
        });
        if (isOf(answer, node, job)) {
          holders.note(keys, node);
          if (node !== network.self) onForeign(job, answer);
        }
        return { answer };
      } catch (error) {
        throw isCoded(error, 'NO_WORKER') ? (allBusy(refusals) ?? error) : error;
      }
    },
  };
}

function demandsOf(
  { request: { model, profile } }: Job,
  { worker, exclude, maxPrice }: Omit<DispatchOptions, 'signal'>,
): Demands {
  return {
    model,
    profile,
    ...(worker === undefined ? {} : { worker }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(maxPrice === undefined ? {} : { maxPrice }),
  };
}

/** Whether one worker is asked for, and does not run this. */
const isAbsent = ({ worker, model, profile }: Demands, known: ReturnType<typeof knownWorkers>): boolean =>
  worker !== undefined && rankWorkers(known, { model, profile }).every(({ offer }) => offer.node !== worker);

const absent = ({ worker, model, profile }: Demands): Error =>
  jobError(
    'JOB_MODEL_UNKNOWN',
    `worker ${worker} does not offer model ${model} under profile ${profile}; GET /models/${model}/workers lists those that do`,
  );

/** Where every worker is only busy, the client is told when the first has room again. */
function allBusy(refusals: readonly unknown[]): Error | undefined {
  if (refusals.length === 0 || !refusals.every((error) => isCoded(error, 'JOB_BUSY'))) return undefined;
  const retryAfterMs = Math.min(...refusals.map(retryAfterOf));
  return jobError(
    'JOB_BUSY',
    `every worker that runs this model is busy (${refusals.length} asked): ask again in ${retryAfterMs} ms`,
    { retryAfterMs },
  );
}
