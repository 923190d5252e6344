import type { Shape } from './functions.ts';

/**
 * The operators beside the matrix products (profile-llm-exact-1 sections 3, 4, 7 to 11). Everything lies in the
 * memory that the host placed: parameters named for what they point to are byte addresses, at multiples of 4.
 * Vectors are floats one after the other, rows lie behind each other. Nothing is allocated or kept between calls.
 */
export interface OpsFunctions {
  /** `out` may be `x`. */
  rmsNorm(x: number, weight: number, out: number, rows: number, n: number, epsilon: number): void;
  /** `out` may be `x`. */
  layerNorm(
    x: number,
    weight: number,
    bias: number,
    out: number,
    rows: number,
    n: number,
    epsilon: number,
  ): void;
  /** In place. */
  unitLength(x: number, n: number): void;
  /** x = x + y. */
  addTo(x: number, y: number, n: number): void;
  /** Adds `bias` to n floats of each of `rows` rows, which are `stride` bytes apart. */
  addBias(x: number, stride: number, bias: number, rows: number, n: number): void;
  divideBy(x: number, n: number, divisor: number): void;
  /** gate = silu(gate) * up, n floats of each of `rows` rows, which are `stride` bytes apart. */
  siluTimes(gate: number, up: number, stride: number, rows: number, n: number): void;
  /** In place, n floats of each of `rows` rows, which are `stride` bytes apart. */
  geluErf(x: number, stride: number, rows: number, n: number): void;
  softCap(x: number, n: number, cap: number): void;
  /** Turns `heads` heads of `width` in place; `table` has `pairs` cosines and as many sines for each row. */
  rope(
    x: number,
    table: number,
    rows: number,
    heads: number,
    width: number,
    pairs: number,
    adjacent: number,
  ): void;
  /** Bytes that one layer takes of a block of 64 positions of the cache. */
  slabBytes(groups: number, n: number): number;
  /** Writes keys and values; `blocks` are addresses and `positions` integers of 32 bits, one for each row. */
  cacheRows(
    k: number,
    v: number,
    blocks: number,
    positions: number,
    layer: number,
    rows: number,
    groups: number,
    n: number,
  ): void;
  /** Makes a block fit for other positions. */
  clearBlock(block: number, layers: number, layerBytes: number): void;
  /** Bytes of `scratch` for a tile of so many rows: queries times heads of a group. */
  attentionScratch(rows: number, n: number): number;
  /**
   * Attention of successive queries of one sequence and the heads of one group. `last` is the last position that all
   * see, or -1 where each sees up to itself; `window` and `cap` are 0 for none; `table` has addresses of blocks.
   */
  attend(
    q: number,
    out: number,
    stride: number,
    queries: number,
    perGroup: number,
    group: number,
    groups: number,
    n: number,
    position: number,
    last: number,
    window: number,
    cap: number,
    table: number,
    layer: number,
    scratch: number,
  ): void;
  /** Index of the first infinite or NaN, or -1. */
  firstNotFinite(x: number, n: number): number;
  greatestOf(x: number, n: number): number;
  /** Index of the first that equals `value`, or -1. */
  firstEqual(x: number, n: number, value: number): number;
  /** Floats whose bit is not set become minus infinity; how many bits are set. */
  maskTokens(x: number, bits: number, n: number): number;
  /** Sum of the weights of n logits at temperature 1. */
  weightTotal(z: number, n: number, greatest: number): number;
  /** Logits, ratios and tokens of the candidates that weigh anything; how many there are. `ids` 0: all tokens. */
  weighTokens(
    z: number,
    ids: number,
    n: number,
    greatest: number,
    temperature: number,
    keptZ: number,
    keptR: number,
    keptIds: number,
  ): number;
  /** Bytes of `histogram` in `cutTokens`. */
  cutScratch(): number;
  /** The shortest beginning of the order whose measures reach `target`; how many are kept. `ratios` 0: each counts 1. */
  cutTokens(
    z: number,
    ratios: number,
    ids: number,
    n: number,
    target: number,
    histogram: number,
    keptZ: number,
    keptR: number,
    keptIds: number,
  ): number;
  /** Sum of the weights of the ratios that are at least `least`. */
  weightSum(ratios: number, n: number, least: number): number;
  /** The token that covers `place` among those whose ratio is at least `least`, or -1. */
  tokenAt(ratios: number, ids: number, n: number, least: number, place: number): number;
}

export const opsShapes: { readonly [K in keyof OpsFunctions]: Shape } = {
  rmsNorm: 'pppiifv',
  layerNorm: 'ppppiifv',
  unitLength: 'piv',
  addTo: 'ppiv',
  addBias: 'pppiiv',
  divideBy: 'pifv',
  siluTimes: 'pppiiv',
  geluErf: 'ppiiv',
  softCap: 'pifv',
  rope: 'ppiiiiiv',
  slabBytes: 'iip',
  cacheRows: 'pppppiiiv',
  clearBlock: 'pipv',
  attentionScratch: 'iip',
  attend: 'pppiiiiiiiifpppv',
  firstNotFinite: 'pii',
  greatestOf: 'pif',
  firstEqual: 'pifi',
  maskTokens: 'ppii',
  weightTotal: 'piff',
  weighTokens: 'ppiffpppi',
  cutScratch: 'p',
  cutTokens: 'pppifppppi',
  weightSum: 'piff',
  tokenAt: 'ppiffi',
};
