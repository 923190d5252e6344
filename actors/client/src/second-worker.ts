import { isCoded } from '@isobit/core';
import type { Job, Request } from '@isobit/receipt';
import type { Peer, SecondAnswer } from '@isobit/verify';
import { clientError } from './errors.ts';
import type { NodeApi } from './node-api.ts';

export interface SecondWorkerOptions {
  readonly api: Pick<NodeApi, 'workers' | 'job'>;
  /** A fresh job for a request. */
  readonly jobFor: (request: Request) => Job;
}

/** A second worker, chosen here: the fastest that is not the first. It sees the request and no answer. */
export function createSecondWorker({ api, jobFor }: SecondWorkerOptions): Peer {
  async function ask(
    worker: string,
    request: Request,
    signal: AbortSignal | undefined,
  ): Promise<SecondAnswer> {
    const job = jobFor(request);
    const { receipt, response, trace } = await api.job(job, { worker }, signal);
    if (!response || receipt.details.nonce !== job.nonce)
      throw clientError('NODE_PROTOCOL', `worker ${worker} gave no fresh answer`);
    return { receipt, response, ...(trace ? { trace } : {}) };
  }

  return {
    async ask({ request, profile, exclude }, { signal }) {
      const offers = (await api.workers(request.model, signal)).filter(
        (o) => o.worker !== exclude && o.profiles.includes(profile.name),
      );
      offers.sort(
        (a, b) => (a.latencyMs ?? Number.POSITIVE_INFINITY) - (b.latencyMs ?? Number.POSITIVE_INFINITY),
      );
      let last: unknown = clientError(
        'PEER_UNAVAILABLE',
        'no second worker offers this model under this profile',
      );
      // One that gives no answer is passed over; one that gives a wrong one is not.
      for (const { worker } of offers) {
        try {
          return await ask(worker, request, signal);
        } catch (error) {
          signal?.throwIfAborted();
          if (!isCoded(error)) throw error;
          last = error;
        }
      }
      throw last;
    },
  };
}
