import { integersOf, scaledSumsOf, scalesOf } from './quantise';
import { Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from './weight-type';
import { evens, odds, sumOf } from './words';

/*
 * Activations as they are multiplied with halves that hold several weights side by side (pack/place.ts).
 *
 * With v a half and v >> k an arithmetic shift of it, the weights are a = v - 2^k (v >> k), b = (v >> k) - 2^l (v >> l)
 * and so on; the last is v shifted. So a x + b y + ... is v x + (v >> k) (y - 2^k x) + ...: each weight is masked by
 * what its neighbour's activation is lowered by. All of it is exact in the 32 bits of a sum, because the sum of the
 * weights' own products is. What the topmost weight's flipped bit and the type's own 8, 16 or 32 contribute stands at
 * the sum's beginning.
 */

/** A block: its words, what sums begin with, e, e * t. */
export const LOWERED_BYTES: usize = 112;

/** One integer, in Q6_K one for each 16 columns. */
const BEGIN: usize = 96;
const E_AT: usize = 104;
const ET_AT: usize = 108;

@inline
export function beginOf(block: usize): v128 { return v128.load32_splat(block, BEGIN); }

@inline
export function secondBeginOf(block: usize): v128 { return v128.load32_splat(block, BEGIN + 4); }

@inline
export function scaleOf(block: usize): v128 { return v128.load32_splat(block, E_AT); }

@inline
export function scaledSumOf(block: usize): v128 { return v128.load32_splat(block, ET_AT); }

/** All blocks of a quantised vector. */
export function lowerVector(type: i32, vector: usize, columns: i32, out: usize): void {
  let integers = integersOf(vector, columns);
  let scale = scalesOf(vector);
  let scaledSum = scaledSumsOf(vector, columns);
  const end = out + <usize>(columns >> 5) * LOWERED_BYTES;
  for (; out < end; out += LOWERED_BYTES) {
    lowerBlock(type, integers, out);
    store<f32>(out, load<f32>(scale), E_AT);
    store<f32>(out, load<f32>(scaledSum), ET_AT);
    integers += 32;
    scale += 4;
    scaledSum += 4;
  }
}

/** The words of a block's 32 integers, and what sums begin with. */
@inline
export function lowerBlock(type: i32, integers: usize, out: usize): void {
  const low = v128.load(integers);
  const high = v128.load(integers, 16);
  const a = evens(low);
  const b = odds(low);
  const c = evens(high);
  const d = odds(high);
  switch (type) {
    case Q8_0: return lowerEights(a, b, c, d, out);
    case Q4_0: return lowerFours(a, b, c, d, -8 * sumOf(i16x8.add(i16x8.add(a, b), c)), out);
    case Q4_1:
    case Q4_K: return lowerFours(a, b, c, d, 8 * sumOf(d), out);
    case Q5_0: return lowerFives(a, b, c, d, -16 * sumOf(i16x8.add(i16x8.add(a, b), i16x8.add(c, d))), out);
    case Q5_1:
    case Q5_K: return lowerFives(a, b, c, d, 0, out);
    case Q6_K:
      lowerSixes(a, b, out);
      store<i32>(out, beginOfSixes(a, b), BEGIN);
      lowerSixes(c, d, out + 48);
      store<i32>(out, beginOfSixes(c, d), BEGIN + 4);
  }
}

/* a: words 0 to 3, b: 4 to 7, c: 8 to 11, d: 12 to 15. */

/** Words of step s at 4s and 32 + 4s. */
@inline
function lowerEights(a: v128, b: v128, c: v128, d: v128, out: usize): void {
  v128.store(out, a);
  v128.store(out, c, 16);
  v128.store(out, less(b, a, 8), 32);
  v128.store(out, less(d, c, 8), 48);
  store<i32>(out, -128 * sumOf(i16x8.add(a, c)), BEGIN);
}

/** Words of step s at 4s, 16 + 4s, 32 + 4s and 48 + 4s. */
@inline
function lowerFours(a: v128, b: v128, c: v128, d: v128, begin: i32, out: usize): void {
  v128.store(out, a);
  v128.store(out, less(b, a, 4), 16);
  v128.store(out, less(c, b, 4), 32);
  v128.store(out, less(d, c, 4), 48);
  store<i32>(out, begin, BEGIN);
}

/** Words of step s at 4s, 20 + 4s and 40 + 4s; of the last one, for rows 0 to 3 at 60 and 64, for 4 to 7 at 68 and 72. */
@inline
function lowerFives(a: v128, b: v128, c: v128, d: v128, begin: i32, out: usize): void {
  v128.store(out, a);
  v128.store(out, b, 16);
  v128.store(out, c, 32);
  v128.store(out, d, 48);
  const first = v128.load(out);
  const second = v128.load(out, 20);
  const third = v128.load(out, 40);
  const fifths = i32x4(load<i32>(out, 16), load<i32>(out, 36), 0, 0);
  const next = i32x4(load<i32>(out, 36), load<i32>(out, 56), 0, 0);
  const last = load<u32>(out, 60);
  v128.store(out, less(second, first, 5), 20);
  v128.store(out, less(third, second, 5), 40);
  const lowered = less(next, fifths, 5);
  store<i32>(out, i32x4.extract_lane(lowered, 0), 36);
  store<i32>(out, i32x4.extract_lane(lowered, 1), 56);
  const x = last & 0xffff;
  const y = ((last >> 16) - (x << 5)) & 0xffff;
  store<u32>(out, x, 60);
  store<u32>(out, y, 64);
  store<u32>(out, x << 16, 68);
  store<u32>(out, y << 16, 72);
  store<i32>(out, begin, BEGIN);
}

/**
 * 16 columns, p0 to p7. The three steps take the words at 0, 16, 32; at 4, 20, 36; at 8, 24, 40 and 44: the third's
 * topmost four bits are the high two of words 6 and 7.
 */
@inline
function lowerSixes(a: v128, b: v128, out: usize): void {
  const even = i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const odd = i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  const top = i8x16.shuffle(b, b, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
  const below = i8x16.shuffle(odd, b, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 24, 25, 26, 27);
  v128.store(out, even);
  v128.store(out, less(odd, even, 6), 16);
  v128.store(out, less(i16x8.mul(top, i16x8(1, 1, 1, 1, 16, 16, 16, 16)), below, 6), 32);
}

/** All are 32 too great; the low four bits of words 6 and 7 are 8 too small, the high two of word 7 by 2. */
@inline
function beginOfSixes(a: v128, b: v128): i32 {
  const all = sumOf(i16x8.add(a, b));
  return sumOf(i16x8.mul(b, i16x8(0, 0, 0, 0, 8, 8, 40, 40))) - 32 * all;
}

/** x - 2^k y, below 2^15 in magnitude. */
@inline
function less(x: v128, y: v128, k: i32): v128 { return i16x8.sub(x, i16x8.shl(y, k)); }
