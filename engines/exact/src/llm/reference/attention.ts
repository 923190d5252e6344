import { add, div, larger, mul, sqrt, sub } from './math/f32.ts';
import { exp, softCap } from './math/functions.ts';
import { sum } from './math/sum.ts';

/** Positions of one block: which one a position belongs to depends on nothing but the position. */
export const ATTENTION_BLOCK = 64;

export interface AttentionOptions {
  /** One head of the query. */
  readonly query: Float32Array;
  /** Key and value of the head's group at a position, as the cache holds them. */
  key(position: number): Float32Array;
  value(position: number): Float32Array;
  /** The visible positions: `first` to `last`, both included. */
  readonly first: number;
  readonly last: number;
  /** Scores are kept within ± this. */
  readonly cap?: number;
}

/** What the blocks so far amount to. */
interface Running {
  readonly max: number;
  readonly weight: number;
  readonly values: Float32Array;
}

/** Attention of one head at one position (section 9): blocks of 64 positions in ascending order. */
export function attend(options: AttentionOptions): Float32Array {
  const { query, first, last } = options;
  const scale = div(1, sqrt(query.length));
  const scaled = query.map((value) => mul(value, scale));
  let running: Running | undefined;
  for (let from = first; from <= last; ) {
    const start = from - (from % ATTENTION_BLOCK);
    const to = Math.min(start + ATTENTION_BLOCK - 1, last);
    running = attendBlock({ ...options, query: scaled }, start, from, to, running);
    from = to + 1;
  }
  const { weight, values } = running as Running;
  const inverse = div(1, weight);
  return values.map((value) => mul(value, inverse));
}

function attendBlock(
  options: AttentionOptions,
  start: number,
  from: number,
  to: number,
  before: Running | undefined,
): Running {
  const scores = Float32Array.from({ length: to - from + 1 }, (_, i) => score(options, from + i));
  const max = scores.reduce(larger, before ? before.max : Number.NEGATIVE_INFINITY);
  const weights = new Float32Array(ATTENTION_BLOCK);
  for (const [i, value] of scores.entries()) weights[from - start + i] = exp(sub(value, max));
  const values = new Float32Array(options.query.length);
  for (let t = from; t <= to; t++) {
    const weight = weights[t - start] as number;
    options.value(t).forEach((value, d) => {
      values[d] = add(values[d] as number, mul(weight, value));
    });
  }
  const weight = sum(weights);
  if (!before) return { max, weight, values };
  const keep = exp(sub(before.max, max));
  return {
    max,
    weight: add(mul(before.weight, keep), weight),
    values: values.map((value, d) => add(mul(before.values[d] as number, keep), value)),
  };
}

function score({ query, key, cap }: AttentionOptions, position: number): number {
  let total = 0;
  key(position).forEach((value, d) => {
    total = add(total, mul(query[d] as number, value));
  });
  return cap === undefined ? total : softCap(total, cap);
}
