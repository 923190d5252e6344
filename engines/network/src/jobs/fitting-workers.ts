import type { Offer } from '@isobit/receipt';

export interface Candidate {
  readonly offer: Offer;
  /** Measured round trip in milliseconds. */
  readonly latencyMs?: number;
  /** What whoever asks has seen of it. */
  readonly measured?: Measured;
}

/** Milliseconds, as far as they are known, of runs like the one that is asked. */
export interface Measured {
  /** From the question to the first word, or to the answer where that is told at once. */
  readonly firstMs?: number;
  /** For each token after the first. */
  readonly tokenMs?: number;
  /** A whole run. */
  readonly runMs?: number;
  /** Jobs that whoever asks gave it, and that have not ended: its offer may be older than they are. */
  readonly underWay?: number;
  /** Whether it failed, or said that it is busy, a short while ago. */
  readonly isResting?: boolean;
}

/** What a worker must be and do to be asked. */
export interface Demands {
  /** Id of the model. */
  readonly model: string;
  /** Name of the profile. */
  readonly profile: string;
  /** Highest price for one run, in smallest units, inclusive. */
  readonly maxPrice?: bigint;
  /** Address of the one worker that may be asked. */
  readonly worker?: string;
  /** Addresses not to ask. */
  readonly exclude?: Iterable<string>;
}

/** The demand that a worker fails, in the order in which they are looked at. */
export const misfits = ['profile', 'worker', 'exclude', 'capacity', 'price'] as const;
export type Misfit = (typeof misfits)[number];

export interface Fitting<C> {
  readonly fitting: readonly { readonly candidate: C; readonly price: bigint }[];
  /** Workers that offer the model and do not fit, by the first demand that they fail. */
  readonly failing: ReadonlyMap<Misfit, number>;
}

/** Those that can run a job and may be asked to (specs/offer.md section 7), in no order, and why the others may not. */
export function fittingWorkers<C extends Candidate>(candidates: readonly C[], demands: Demands): Fitting<C> {
  const { model, profile, maxPrice, worker } = demands;
  const excluded = new Set(demands.exclude);
  const fitting: { candidate: C; price: bigint }[] = [];
  const failing = new Map<Misfit, number>();
  for (const candidate of candidates) {
    const { node, models, load } = candidate.offer;
    const offered = models.find(({ id }) => id === model);
    if (!offered) continue;
    const price = BigInt(offered.price);
    const misfit = firstTrue<Misfit>([
      ['profile', !offered.profiles.includes(profile)],
      ['worker', worker !== undefined && node !== worker],
      ['exclude', excluded.has(node)],
      ['capacity', load.capacity === 0],
      ['price', maxPrice !== undefined && price > maxPrice],
    ]);
    if (misfit === undefined) fitting.push({ candidate, price });
    else failing.set(misfit, (failing.get(misfit) ?? 0) + 1);
  }
  return { fitting, failing };
}

const firstTrue = <T>(claims: readonly (readonly [T, boolean])[]): T | undefined =>
  claims.find(([, isTrue]) => isTrue)?.[0];
