import type { Candidate, Network } from '@isobit/network';
import type { OfferBody } from '@isobit/receipt';
import type { WorkerRecords } from './worker-records.ts';

/**
 * All nodes that offer anything, this one among them, with what was seen of them. This node is one of many: but that it is
 * no way off.
 *
 * @param sort see `WorkerRecords.measured`; where absent, only offers and round trips count
 */
export function knownWorkers(
  network: Pick<Network, 'self' | 'offers'>,
  own: OfferBody | undefined,
  records?: Pick<WorkerRecords, 'measured'>,
  sort?: string,
): Candidate[] {
  const all: Candidate[] = network.offers();
  if (own) all.push({ offer: { ...own, node: network.self } as unknown as Candidate['offer'], latencyMs: 0 });
  if (!records || sort === undefined) return all;
  return all.map(({ offer, latencyMs }) => ({
    offer,
    ...(latencyMs === undefined ? {} : { latencyMs }),
    measured: records.measured(offer.node, sort),
  }));
}
