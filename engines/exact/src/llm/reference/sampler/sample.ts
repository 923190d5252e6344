import { adjust, requireFinite, type TokenMask } from './adjust.ts';
import type { SamplingParameters } from './parameters.ts';
import { randomBits } from './philox.ts';
import { byRank, total, type Weighed, weigh } from './weigh.ts';

export interface SampleOptions {
  /** What the model gave after the last of the tokens before. */
  readonly logits: Float32Array;
  /** The sequence so far: prompt and answer. The token's position is its length. */
  readonly before: readonly number[];
  /** Checked: `checkParameters`. */
  readonly parameters: SamplingParameters;
  /** Which of the answers to one request, from 0. */
  readonly choice?: number;
  readonly mask?: TokenMask;
}

/**
 * The next token (section 11).
 *
 * @throws CodedError `RUN_NOT_FINITE`, `SAMPLING_IMPOSSIBLE`
 */
export function sample({ logits, before, parameters, choice = 0, mask }: SampleOptions): number {
  requireFinite(logits);
  const candidates = adjust(logits, before, parameters, mask);
  if (Math.fround(parameters.temperature ?? 1) === 0)
    return candidates.reduce((best, next) => (byRank(best, next) <= 0 ? best : next)).token;
  return draw(weigh(candidates, parameters), randomBits(parameters.seed, before.length, choice));
}

/** The token at the place that the random bits name, tokens lying side by side in the order of their ids. */
function draw(weighed: readonly Weighed[], bits: bigint): number {
  const place = Number((bits * BigInt(total(weighed))) >> 64n);
  let reached = 0;
  const ordered = weighed.toSorted((a, b) => a.token - b.token);
  const chosen = ordered.find(({ weight }) => {
    reached += weight;
    return place < reached;
  });
  return (chosen as Weighed).token;
}
