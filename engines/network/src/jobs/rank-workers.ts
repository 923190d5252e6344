import type { Offer } from '@isobit/receipt';
import { type Candidate, type Demands, fittingWorkers, type Measured } from './fitting-workers.ts';

export interface RankOptions extends Demands {
  /** 64 hex characters: of workers that are alike the seed chooses, the same one for the same seed. */
  readonly seed?: string;
  /** Address of the worker that holds what this job goes on from. */
  readonly holder?: string;
}

/** Round trip of a worker that was never reached: whoever was reached in less is asked first. */
const UNKNOWN_MS = 1_000;
/** A run of a worker that was never seen running. */
const UNKNOWN_RUN_MS = 1_000;
/** Tokens of an answer, where their pace counts. */
const TYPICAL_TOKENS = 64;
/** What is less than this is alike: to cross no wire. */
const LEAST_MS = 0.25;
/** Rounds of waiting that a held prefix is worth: about the time in which it would be read again. */
const HOLDER_ROUNDS = 4;

interface Ranked<C> {
  readonly candidate: C;
  readonly node: string;
  readonly isResting: boolean;
  readonly price: bigint;
  readonly wait: number;
  /** Powers of two, so that noise decides nothing. */
  readonly delay: number;
  readonly lot: number;
}

/**
 * Workers that can run a job, the best first (specs/offer.md section 7): those that did not fail lately; the lower
 * price; the shorter expected delay, to within a factor of two; then as the seed has it, or the smaller address. The
 * holder comes before all of its price, unless it rests or many wait for it. Pure: an order that depends on nothing else.
 */
export function rankWorkers<C extends Candidate>(candidates: readonly C[], options: RankOptions): C[] {
  const seed = options.seed === undefined ? undefined : wordOf(options.seed);
  const ranked = fittingWorkers(candidates, options)
    .fitting.map(({ candidate, price }): Ranked<C> => {
      const { offer, measured = {} } = candidate;
      const wait = waitOf(offer.load, measured.underWay);
      return {
        candidate,
        node: offer.node,
        isResting: measured.isResting ?? false,
        price,
        wait,
        delay: Math.ceil(Math.log2(Math.max(LEAST_MS, delayOf(candidate.latencyMs, measured, wait)))),
        lot: seed === undefined ? 0 : mixed(seed ^ wordOf(offer.node)),
      };
    })
    .sort(
      (a, b) =>
        Number(a.isResting) - Number(b.isResting) ||
        compare(a.price, b.price) ||
        a.delay - b.delay ||
        a.lot - b.lot ||
        compare(a.node, b.node),
    );
  return holderFirst(ranked, options.holder).map(({ candidate }) => candidate);
}

function holderFirst<C>(ranked: readonly Ranked<C>[], holder: string | undefined): readonly Ranked<C>[] {
  const [first] = ranked;
  const held = ranked.find(({ node }) => node === holder);
  if (!first || !held || held.isResting || held.price > first.price) return ranked;
  if (held.wait > first.wait + HOLDER_ROUNDS) return ranked;
  return [held, ...ranked.filter((one) => one !== held)];
}

/**
 * Runs that must end before one more can begin, over how many run at once: 0 where a place is free.
 *
 * @param underWay jobs that whoever asks gave it
 */
export const waitOf = ({ running, queued, capacity }: Offer['load'], underWay = 0): number =>
  Math.max(0, Math.max(running + queued, underWay) + 1 - capacity) / capacity;

/** Milliseconds until an answer of usual length has come. What nobody measured is hoped to be quick, so that somebody does. */
function delayOf(
  latencyMs: number | undefined,
  { firstMs, tokenMs = 0, runMs = UNKNOWN_RUN_MS }: Measured,
  wait: number,
): number {
  const first = Math.max(latencyMs ?? 0, firstMs ?? latencyMs ?? UNKNOWN_MS);
  return first + TYPICAL_TOKENS * tokenMs + wait * runMs;
}

/** The last 32 bits of a digest or an address. */
const wordOf = (hex: string): number => Number.parseInt(hex.slice(-8), 16) | 0;

/** Spreads every bit over all (the finalizer of MurmurHash3). Seeds are random or digests, so nobody can aim at a lot. */
function mixed(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const compare = <T extends bigint | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
