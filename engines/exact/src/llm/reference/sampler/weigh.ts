import { div, sub } from '../math/f32.ts';
import { exp } from '../math/functions.ts';
import type { Candidate } from './adjust.ts';
import type { SamplingParameters } from './parameters.ts';

/** A candidate and its weight: an integer, so that sums of weights are exact in any order. */
export interface Weighed {
  readonly token: number;
  /** Against the likeliest's 1: binary32. */
  readonly ratio: number;
  /** `floor(ratio * 2^32)`. */
  readonly weight: number;
}

/** The likeliest first; of equals, the lower token id. */
export const byRank = (a: Candidate, b: Candidate): number => b.logit - a.logit || a.token - b.token;

/**
 * Temperature, top-k, top-p and min-p (section 11.3). Weights below 2^32 of at most 2^20 tokens have sums below
 * 2^53: exact as a binary64.
 *
 * @param candidates at least one
 * @returns those that may be drawn, the likeliest first
 */
export function weigh(candidates: readonly Candidate[], parameters: SamplingParameters): Weighed[] {
  const { temperature = 1, topK = candidates.length, topP = 1, minP = 0 } = parameters;
  const kept = candidates.toSorted(byRank).slice(0, topK);
  const greatest = (kept[0] as Candidate).logit;
  const weighed = kept.map(({ token, logit }) => {
    const ratio = exp(div(sub(logit, greatest), Math.fround(temperature)));
    return { token, ratio, weight: Math.floor(ratio * 2 ** 32) };
  });
  return nucleus(weighed, Math.fround(topP)).filter(({ ratio }) => ratio >= Math.fround(minP));
}

/** The shortest beginning whose weights reach the share. */
function nucleus(weighed: readonly Weighed[], share: number): readonly Weighed[] {
  if (share === 1) return weighed;
  const wanted = share * total(weighed);
  let reached = 0;
  const last = weighed.findIndex(({ weight }) => {
    reached += weight;
    return reached >= wanted;
  });
  return weighed.slice(0, last + 1);
}

export const total = (weighed: readonly Weighed[]): number =>
  weighed.reduce((sum, { weight }) => sum + weight, 0);
