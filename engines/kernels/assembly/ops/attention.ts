import { BLOCK, keysOf, padded, valuesOf } from './cache';
import { firstFloats, halfMask, secondFloats, withInfinite } from './half';
import { exp4, expFour, loadSome, softCap4, storeSome } from './lanes';
import { FRESH, GO_ON, KEEP, product } from './product';
import { FEW, productOfHalves } from './product-halves';
import { PLAIN, sumOf } from './sum';

const TWO_112: f32 = reinterpret<f32>(0x77800000);
/** Queries below this, times 2^112, are finite. */
const FOLDABLE: f32 = 16384;

const BLOCK_FLOATS: usize = 256;

/*
 * A tile: some queries of one sequence at successive positions, and the heads of one group. Its rows are query after
 * query, and within a query head after head, so that rows which see a block lie side by side.
 *
 * Scratch, in floats: queries [ceil(n / 64)][rows][64], scores and weights [rows][64], outputs [rows][padded n], maxima,
 * sums and factors [rows] each, then keys [n][64] or values [64][padded n] of one block.
 */

/** Bytes of scratch for a tile of so many rows. */
export function attentionScratch(rows: i32, n: i32): usize {
  const chunks = (n + BLOCK - 1) / BLOCK;
  const floats = rows * (chunks * BLOCK + BLOCK + padded(n) + 4) + BLOCK * padded(n);
  return ((floats as usize) << 2) + 64;
}

// @ts-expect-error: decorator
@inline
function floats(count: i32): usize {
  return (count as usize) << 2;
}

/**
 * Attention (section 9) of one tile.
 *
 * @param q the tile's first query, its first head; likewise `out`
 * @param stride bytes from query to query, in both
 * @param queries in the tile
 * @param perGroup heads of the group
 * @param position of the first query
 * @param last the last position that every query sees, or -1: each sees up to itself
 * @param window positions that one sees, itself included; 0: all
 * @param cap of scores; 0: none
 * @param table addresses of the sequence's blocks, as usize
 * @param layer bytes from a block's beginning to this layer's slab
 */
export function attend(
  q: usize,
  out: usize,
  stride: usize,
  queries: i32,
  perGroup: i32,
  group: i32,
  groups: i32,
  n: i32,
  position: i32,
  last: i32,
  window: i32,
  cap: f32,
  table: usize,
  layer: usize,
  scratch: usize,
): void {
  const rows = queries * perGroup;
  const wide = padded(n);
  const chunks = (n + BLOCK - 1) / BLOCK;
  const g = scratch;
  const s = g + floats(rows * chunks * BLOCK);
  const o = s + floats(rows * BLOCK);
  const maxima = o + floats(rows * wide);
  const sums = maxima + floats(rows);
  const factors = sums + floats(rows);
  const keys = (factors + floats(rows) + 15) & ~(15 as usize);
  // The values of a block take the place of its keys, so that both stay near.
  const values = keys;

  const folded = scaleQueries(q, stride, queries, perGroup, n, rows, g);
  memory.fill(o, 0, floats(rows * wide));
  memory.fill(sums, 0, floats(rows));
  for (let row = 0; row < rows; row++) store<f32>(maxima + floats(row), -Infinity);

  const lastOfAll = last >= 0 ? last : position + queries - 1;
  const firstOfAll = window ? max(0, position - window + 1) : 0;
  for (let block = firstOfAll / BLOCK; block <= lastOfAll / BLOCK; block++) {
    const start = block * BLOCK;
    const slab = load<usize>(table + (block as usize) * sizeof<usize>()) + layer;
    const beyond = load<i32>(slab) != 0;
    // Queries that see a position of the block: those at its beginning or later, and not beyond their window.
    const from = last >= 0 ? 0 : max(0, start - position);
    const to = window ? min(queries, start + BLOCK - 1 + window - position) : queries;
    if (from >= to) continue;
    const seen = min(BLOCK, lastOfAll - start + 1);
    const lanes = padded(seen);
    const first = from * perGroup;
    const count = (to - from) * perGroup;
    const scores = s + floats(first * BLOCK);

    const halves = keysOf(slab, group, n);
    const direct = folded && !beyond && count <= FEW;
    if (direct) touch(halves, ((n * BLOCK) as usize) << 1);
    else unpack(halves, keys, n * BLOCK, beyond, folded);
    for (let chunk = 0; chunk < chunks; chunk++) {
      const a = g + floats((chunk * rows + first) * BLOCK);
      const k = min(BLOCK, n - chunk * BLOCK);
      const mode = chunk == 0 ? FRESH : GO_ON;
      const place = floats(chunk * BLOCK * BLOCK);
      if (direct) productOfHalves(a, halves + (place >> 1), 128, scores, BLOCK_FLOATS, count, lanes, k, 0, mode);
      else product(a, keys + place, BLOCK_FLOATS, scores, BLOCK_FLOATS, count, lanes, k, 0, mode);
    }
    for (let query = from; query < to; query++) {
      const at = position + query;
      const lowest = window ? max(0, at - window + 1 - start) : 0;
      const highest = min(BLOCK - 1, (last >= 0 ? last : at) - start);
      for (let head = 0; head < perGroup; head++) {
        const row = query * perGroup + head;
        weigh(s + floats(row * BLOCK), lowest, highest, lanes, cap, floats(row), maxima, sums, factors);
      }
    }
    const outputs = o + floats(first * wide);
    const kept = valuesOf(slab, group, groups, n);
    if (!beyond && count <= FEW) {
      const row = floats(wide) >> 1;
      touch(kept, ((seen * wide) as usize) << 1);
      productOfHalves(scores, kept, row, outputs, floats(wide), count, wide, seen, factors + floats(first), KEEP);
      continue;
    }
    unpack(kept, values, seen * wide, beyond, true);
    if (!beyond) {
      product(scores, values, floats(wide), outputs, floats(wide), count, wide, seen, factors + floats(first), KEEP);
      continue;
    }
    // Weights of invisible positions are zero, but zero times infinite would not be: each row by itself.
    for (let query = from; query < to; query++) {
      const at = position + query;
      const lowest = window ? max(0, at - window + 1 - start) : 0;
      const highest = min(BLOCK - 1, (last >= 0 ? last : at) - start);
      for (let head = 0; head < perGroup; head++) {
        const row = query * perGroup + head;
        product(
          s + floats(row * BLOCK + lowest),
          values + floats(lowest * wide),
          floats(wide),
          o + floats(row * wide),
          floats(wide),
          1,
          wide,
          highest - lowest + 1,
          factors + floats(row),
          KEEP,
        );
      }
    }
  }
  finish(o, sums, out, stride, queries, perGroup, n, wide);
}

/**
 * Asks for all lines of a piece of memory at once, before it is read in an order that memory does not foresee: a
 * long context is in no cache.
 */
function touch(from: usize, bytes: usize): void {
  const end = from + bytes;
  for (; from < end; from += 64) load<i32>(from);
}

/** Scales the queries, and by 2^112 besides where none becomes infinite; tells whether it did. */
function scaleQueries(
  q: usize,
  stride: usize,
  queries: i32,
  perGroup: i32,
  n: i32,
  rows: i32,
  g: usize,
): bool {
  const scale = f32x4.splat((1 as f32) / sqrt<f32>(n as f32));
  // As integers, magnitudes have the order of their floats, and NaN is beyond all.
  let magnitudes = i32x4.splat(0);
  for (let query = 0; query < queries; query++) {
    for (let head = 0; head < perGroup; head++) {
      const row = query * perGroup + head;
      const from = q + (query as usize) * stride + floats(head * n);
      for (let i = 0; i < n; i += 4) {
        const values = f32x4.mul(loadSome(from + floats(i), n - i), scale);
        magnitudes = i32x4.max_s(magnitudes, f32x4.abs(values));
        v128.store(g + floats(((i / BLOCK) * rows + row) * BLOCK + (i & (BLOCK - 1))), values);
      }
    }
  }
  if (!i32x4.all_true(f32x4.lt(magnitudes, f32x4.splat(FOLDABLE)))) return false;
  const count = rows * ((n + BLOCK - 1) / BLOCK) * BLOCK;
  const factor = f32x4.splat(TWO_112);
  for (let i = 0; i < count; i += 4) {
    const at = g + floats(i);
    v128.store(at, f32x4.mul(v128.load(at), factor));
  }
  return true;
}

/**
 * Halves as floats times 2^-112, or as they are where the other factor was not scaled.
 *
 * @param count of halves that lie behind each other, a multiple of 8
 * @param beyond whether infinite ones or NaN are among them
 */
function unpack(from: usize, to: usize, count: i32, beyond: bool, folded: bool): void {
  const mask = halfMask();
  const end = from + ((count as usize) << 1);
  if (!folded || beyond) {
    const factor = f32x4.splat(folded ? (1 as f32) : TWO_112);
    for (; from < end; from += 16, to += 32) {
      const words = v128.load(from);
      v128.store(to, f32x4.mul(withInfinite(firstFloats(words, mask)), factor));
      v128.store(to, f32x4.mul(withInfinite(secondFloats(words, mask)), factor), 16);
    }
    return;
  }
  for (; from + 32 <= end; from += 32, to += 64) {
    const first = v128.load(from);
    const second = v128.load(from, 16);
    v128.store(to, firstFloats(first, mask));
    v128.store(to, secondFloats(first, mask), 16);
    v128.store(to, firstFloats(second, mask), 32);
    v128.store(to, secondFloats(second, mask), 48);
  }
  if (from < end) {
    const words = v128.load(from);
    v128.store(to, firstFloats(words, mask));
    v128.store(to, secondFloats(words, mask), 16);
  }
}

/**
 * Scores of one row and block become weights times 2^112; the row's maximum, sum and factor follow.
 *
 * @param lowest first visible position of the block, `highest` the last
 * @param lanes positions whose scores are there; weights of all others are zero
 * @param row bytes to the row's entry in `maxima`, `sums` and `factors`
 */
function weigh(
  s: usize,
  lowest: i32,
  highest: i32,
  lanes: i32,
  cap: f32,
  row: usize,
  maxima: usize,
  sums: usize,
  factors: usize,
): void {
  if (cap != 0) {
    for (let i = 0; i < lanes; i += 4)
      v128.store(s + floats(i), softCap4(v128.load(s + floats(i)), f32x4.splat(cap)));
  }
  // What is not visible weighs nothing: minus infinity changes no maximum, and its exp is +0.
  for (let i = 0; i < lowest; i++) store<f32>(s + floats(i), -Infinity);
  for (let i = highest + 1; i < BLOCK; i++) store<f32>(s + floats(i), -Infinity);
  let greatest = f32x4.splat(-Infinity);
  for (let i = 0; i < lanes; i += 4) greatest = f32x4.max(greatest, v128.load(s + floats(i)));
  const before = load<f32>(maxima + row);
  const low = max<f32>(f32x4.extract_lane(greatest, 0), f32x4.extract_lane(greatest, 1));
  const high = max<f32>(f32x4.extract_lane(greatest, 2), f32x4.extract_lane(greatest, 3));
  const now = max<f32>(before, max<f32>(low, high));

  exponentials(s, lanes, now);
  for (let i = lanes; i < BLOCK; i += 4) v128.store(s + floats(i), f32x4.splat(0));
  const sum = sumOf(s, BLOCK, 0, PLAIN);
  const factor = f32x4.extract_lane(exp4(f32x4.splat(before - now)), 0);
  store<f32>(factors + row, factor);
  const kept: f32 = load<f32>(sums + row) * factor;
  store<f32>(sums + row, kept + sum);
  store<f32>(maxima + row, now);

  const power = f32x4.splat(TWO_112);
  for (let i = 0; i < lanes; i += 4) {
    const at = s + floats(i);
    v128.store(at, f32x4.mul(v128.load(at), power));
  }
}

/** x = exp(x - shift), for n floats: a multiple of 8. */
function exponentials(x: usize, n: i32, shift: f32): void {
  const shifts = f32x4.splat(shift);
  const end = x + floats(n);
  for (; x + 64 <= end; x += 64) expFour(x, shift);
  for (; x < end; x += 16) v128.store(x, exp4(f32x4.sub(v128.load(x), shifts)));
}

/** Each row's output, by the sum of its weights, goes to its head's place. */
function finish(
  o: usize,
  sums: usize,
  out: usize,
  stride: usize,
  queries: i32,
  perGroup: i32,
  n: i32,
  wide: i32,
): void {
  for (let query = 0; query < queries; query++) {
    for (let head = 0; head < perGroup; head++) {
      const row = query * perGroup + head;
      const inverse = f32x4.splat((1 as f32) / load<f32>(sums + floats(row)));
      const from = o + floats(row * wide);
      const to = out + (query as usize) * stride + floats(head * n);
      for (let i = 0; i < n; i += 4)
        storeSome(to + floats(i), f32x4.mul(v128.load(from + floats(i)), inverse), n - i);
    }
  }
}
