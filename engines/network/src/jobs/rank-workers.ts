import type { Offer } from '@isobit/receipt';

export interface Candidate {
  readonly offer: Offer;
  /** Measured round trip in milliseconds. */
  readonly latencyMs?: number;
}

export interface RankOptions {
  /** Id of the model. */
  readonly model: string;
  /** Name of the profile. */
  readonly profile: string;
  /** Highest price for one run, in smallest units, inclusive. */
  readonly maxPrice?: bigint;
  /** Addresses not to ask. */
  readonly exclude?: Iterable<string>;
}

/**
 * Workers that can run a job, the best first (specs/offer.md section 7): lower price; then fewer rounds of the
 * worker's capacity to wait for; then lower measured latency, an unmeasured one last; then the smaller address.
 */
export function rankWorkers<C extends Candidate>(
  candidates: readonly C[],
  { model, profile, maxPrice, exclude = [] }: RankOptions,
): C[] {
  const excluded = new Set(exclude);
  return candidates
    .flatMap((candidate) => {
      const { offer, latencyMs = Number.POSITIVE_INFINITY } = candidate;
      const offered = offer.models.find((m) => m.id === model && m.profiles.includes(profile));
      if (!offered || excluded.has(offer.node) || offer.load.capacity === 0) return [];
      const price = BigInt(offered.price);
      if (maxPrice !== undefined && price > maxPrice) return [];
      return [{ candidate, price, wait: waitOf(offer.load), latencyMs, node: offer.node }];
    })
    .sort(
      (a, b) =>
        compare(a.price, b.price) ||
        compare(a.wait, b.wait) ||
        compare(a.latencyMs, b.latencyMs) ||
        compare(a.node, b.node),
    )
    .map(({ candidate }) => candidate);
}

/** Runs that must end before one more can begin, over how many run at once: 0 where a place is free. */
const waitOf = ({ running, queued, capacity }: Offer['load']): number =>
  Math.max(0, running + queued + 1 - capacity) / capacity;

const compare = <T extends bigint | number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
