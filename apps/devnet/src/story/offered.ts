import type { Client, ResolvedModel } from '@isobit/client';
import { until } from '../until.ts';

/** Waits until the network knows that a worker offers a model, or no longer does. */
export const untilOffered = (
  {
    client,
    model,
    signal,
  }: { readonly client: Client; readonly model: Pick<ResolvedModel, 'id'>; readonly signal: AbortSignal },
  worker: string,
  wanted = true,
): Promise<unknown> =>
  until(
    `${worker} ${wanted ? 'to offer' : 'not to offer'} the model`,
    async () =>
      (await client.api.workers(model.id, signal)).some((offer) => offer.worker === worker) === wanted,
    { signal },
  );
