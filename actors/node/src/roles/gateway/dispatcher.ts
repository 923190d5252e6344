import { isCoded } from '@isobit/core';
import type { Dispatcher, DispatchOptions } from '@isobit/gateway';
import {
  type Attempt,
  type Candidate,
  type Demands,
  dispatch,
  fittingWorkers,
  type Network,
  type RunJob,
  rankWorkers,
  waitOf,
} from '@isobit/network';
import type { Job, JobAnswer, OfferBody } from '@isobit/receipt';
import { jobError } from '../worker/job-error.ts';
import type { JobHandler } from '../worker/job-handler.ts';
import { retryAfterOf } from './endings.ts';
import { knownWorkers } from './known-workers.ts';
import { noWorkerFits } from './no-worker.ts';
import { patienceMs } from './patience.ts';
import { type Holder, PrefixHolders } from './prefix-holders.ts';
import { prefixKeys, unreadCharacters } from './prefix-keys.ts';
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
  /** Told of each worker that is given up for another. */
  readonly onAttempt?: (attempt: Attempt) => void;
}

/** Takes jobs to the best worker of the network, this node's own among them (specs/offer.md section 7). */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { network, ownNetwork, local, records, onForeign, onAttempt } = options;
  const holders = new PrefixHolders();
  const here = local && runHere(local.handler);
  const runJob: RunJob = (node, ...rest) =>
    node === network.self && here ? here(node, ...rest) : network.runJob(node, ...rest);

  /** Workers to ask by address, the best first. */
  function candidatesFor(
    job: Job,
    demands: Demands,
    { least, keys, holder }: { least: number; keys: readonly string[]; holder: Holder | undefined },
  ): Map<string, Candidate> {
    const known = knownWorkers(network, local?.offer(), records, sortOf(job.request));
    const ranked = rankWorkers(known, {
      ...demands,
      // One conversation has one seed, so that its questions meet again also where nothing is known of it.
      seed: keys[0] ?? job.nonce,
      ...(holder ? { holder: holder.node } : {}),
    });
    if (ranked.length >= least) return new Map(ranked.map((candidate) => [candidate.offer.node, candidate]));
    const { failing } = fittingWorkers(known, demands);
    throw isAbsent(demands, known) ? absent(demands) : noWorkerFits(demands, failing, ranked.length);
  }

  return {
    async dispatch(job, { signal, onProgress, least = 1, ...routing }) {
      if (job.network !== ownNetwork)
        throw jobError('JOB_NETWORK', `the job is for network ${job.network}, this node is in ${ownNetwork}`);
      const { request, deadlineMs } = job;
      const keys = prefixKeys(request);
      const holder = holders.holderOf(keys);
      const candidates = candidatesFor(job, demandsOf(job, routing), { least, keys, holder });
      const unreadBy = (node: string): number =>
        unreadCharacters(request, holder?.node === node ? holder.held : 0);
      const patienceWith = (node: string): number =>
        patienceMs(records.known(node, sortOf(request)), {
          unread: unreadBy(node),
          wait: waitFor(candidates.get(node) as Candidate),
          deadlineMs,
        });
      const runRecorded = recorded(runJob, records, unreadBy);
      const refusals: unknown[] = [];
      const attempt: RunJob = (node, ...rest) =>
        runRecorded(node, ...rest).catch((error: unknown) => {
          refusals.push(error);
          throw error;
        });
      // Words are asked for in any case, so that a worker which has some is not taken for a silent one.
      const told: Job = request.kind === 'text' ? { ...job, progress: true } : job;
      try {
        const { node, answer } = await dispatch(attempt, told, {
          candidates: [...candidates.keys()],
          patienceMs: patienceWith,
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

const waitFor = ({ offer, measured }: Candidate): number => waitOf(offer.load, measured?.underWay);

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
