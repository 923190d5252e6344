import { exp4, loadSome } from './lanes';

/* The sampler's passes over a vocabulary (section 11). Weights are integers, so no order of theirs matters. */

const TWO_32: f64 = 4294967296;

// @ts-expect-error: decorator
@inline
function at4(base: usize, i: i32): usize {
  return base + ((i as usize) << 2);
}

/** Index of the first of n floats that is infinite or NaN, or -1. */
export function firstNotFinite(x: usize, n: i32): i32 {
  let i = 0;
  // Only an infinite or NaN gives NaN times zero, and then the comparison fails.
  for (; i + 4 <= n; i += 4) {
    const zero = f32x4.mul(v128.load(at4(x, i)), f32x4.splat(0));
    if (!i32x4.all_true(f32x4.eq(zero, zero))) break;
  }
  for (; i < n; i++) {
    const value = load<f32>(at4(x, i));
    if (!(abs<f32>(value) < Infinity)) return i;
  }
  return -1;
}

/** The greatest of n floats, none of them NaN; minus infinity for none. */
export function greatestOf(x: usize, n: i32): f32 {
  let a = f32x4.splat(-Infinity);
  let b = a;
  let i = 0;
  for (; i + 8 <= n; i += 8) {
    a = f32x4.pmax(a, v128.load(at4(x, i)));
    b = f32x4.pmax(b, v128.load(at4(x, i), 16));
  }
  a = f32x4.pmax(a, b);
  let greatest = max<f32>(
    max<f32>(f32x4.extract_lane(a, 0), f32x4.extract_lane(a, 1)),
    max<f32>(f32x4.extract_lane(a, 2), f32x4.extract_lane(a, 3)),
  );
  for (; i < n; i++) greatest = max<f32>(greatest, load<f32>(at4(x, i)));
  return greatest;
}

/** Index of the first of n floats that equals `value`, or -1. */
export function firstEqual(x: usize, n: i32, value: f32): i32 {
  const wanted = f32x4.splat(value);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    if (v128.any_true(f32x4.eq(v128.load(at4(x, i)), wanted))) break;
  }
  for (; i < n; i++) if (load<f32>(at4(x, i)) == value) return i;
  return -1;
}

/** Makes minus infinity of each float whose bit is not set; gives the number of those whose bit is. */
export function maskTokens(x: usize, bits: usize, n: i32): i32 {
  let left = 0;
  for (let i = 0; i < n; i++) {
    if ((load<u32>(at4(bits, i >> 5)) >> (i & 31)) & 1) left++;
    else store<f32>(at4(x, i), -Infinity);
  }
  return left;
}

// @ts-expect-error: decorator
@inline
function weightsOf(ratios: v128): v128 {
  const low = f64x2.floor(f64x2.mul(f64x2.promote_low_f32x4(ratios), f64x2.splat(TWO_32)));
  const swapped = v128.shuffle<f32>(ratios, ratios, 2, 3, 0, 1);
  const high = f64x2.floor(f64x2.mul(f64x2.promote_low_f32x4(swapped), f64x2.splat(TWO_32)));
  return f64x2.add(low, high);
}

// @ts-expect-error: decorator
@inline
function weightOf(ratio: f32): f64 {
  return floor<f64>((ratio as f64) * TWO_32);
}

/** Sum of floor(exp(z - greatest) * 2^32) over n floats. */
export function weightTotal(z: usize, n: i32, greatest: f32): f64 {
  const shift = f32x4.splat(greatest);
  let total = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4)
    total = f64x2.add(total, weightsOf(exp4(f32x4.sub(v128.load(at4(z, i)), shift))));
  let sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
  for (; i < n; i++) {
    const ratio = exp4(f32x4.sub(f32x4.splat(load<f32>(at4(z, i))), shift));
    sum += weightOf(f32x4.extract_lane(ratio, 0));
  }
  return sum;
}

/**
 * Ratios exp((z - greatest) / temperature) of n candidates. Those that weigh nothing are left out.
 *
 * @param ids tokens of the candidates, ascending; 0: the candidates are all tokens
 * @param keptZ where logits, ratios and tokens of the others go; may be `z` and `ids`
 * @returns how many there are
 */
export function weighTokens(
  z: usize,
  ids: usize,
  n: i32,
  greatest: f32,
  temperature: f32,
  keptZ: usize,
  keptR: usize,
  keptIds: usize,
): i32 {
  const shift = f32x4.splat(greatest);
  const divisor = f32x4.splat(temperature);
  const least = f32x4.splat(<f32>(1 / TWO_32));
  let kept = 0;
  for (let i = 0; i < n; i += 4) {
    const count = min(4, n - i);
    const logits = loadSome(at4(z, i), count);
    const r = exp4(f32x4.div(f32x4.sub(logits, shift), divisor));
    const mask = i32x4.bitmask(f32x4.ge(r, least)) & ((1 << count) - 1);
    if (mask == 0) continue;
    if (mask & 1) kept = keep(z, ids, i, f32x4.extract_lane(r, 0), keptZ, keptR, keptIds, kept);
    if (mask & 2) kept = keep(z, ids, i + 1, f32x4.extract_lane(r, 1), keptZ, keptR, keptIds, kept);
    if (mask & 4) kept = keep(z, ids, i + 2, f32x4.extract_lane(r, 2), keptZ, keptR, keptIds, kept);
    if (mask & 8) kept = keep(z, ids, i + 3, f32x4.extract_lane(r, 3), keptZ, keptR, keptIds, kept);
  }
  return kept;
}

// @ts-expect-error: decorator
@inline
function keep(z: usize, ids: usize, i: i32, r: f32, keptZ: usize, keptR: usize, keptIds: usize, kept: i32): i32 {
  store<f32>(at4(keptZ, kept), load<f32>(at4(z, i)));
  store<f32>(at4(keptR, kept), r);
  store<i32>(at4(keptIds, kept), ids ? load<i32>(at4(ids, i)) : i);
  return kept + 1;
}

/** An unsigned integer that grows with the float; both zeros have the same. */
// @ts-expect-error: decorator
@inline
function keyOf(z: f32): u32 {
  const bits = reinterpret<u32>(z + (0 as f32));
  return bits >> 31 ? ~bits : bits | 0x80000000;
}

const BINS: i32 = 2048;

/** Bytes of `histogram` in `cutTokens`. */
export function cutScratch(): usize {
  return (BINS as usize) << 3;
}

/**
 * Keeps the shortest beginning of the order of section 11.3 (greatest logit first, of equals the first index) whose
 * measures add up to `target`, compacted in place. Found by the digits of a key, so whatever the logits are the time
 * is a few passes.
 *
 * @param ratios the measure of a candidate is its weight; 0: it is 1
 * @param target at most the sum of all measures
 * @param ids 0: the candidates are all tokens
 * @param keptZ where logits, ratios (where there are any) and tokens of those kept go; may be the inputs
 * @returns how many are kept
 */
export function cutTokens(
  z: usize,
  ratios: usize,
  ids: usize,
  n: i32,
  target: f64,
  histogram: usize,
  keptZ: usize,
  keptR: usize,
  keptIds: usize,
): i32 {
  let above: f64 = 0;
  let prefix: u32 = 0;
  let known: u32 = 0;
  for (let level = 0; level < 3; level++) {
    const shift = level == 0 ? 21 : level == 1 ? 10 : 0;
    const digits: u32 = level == 2 ? 1023 : 2047;
    memory.fill(histogram, 0, (BINS as usize) << 3);
    for (let i = 0; i < n; i++) {
      const key = keyOf(load<f32>(at4(z, i)));
      if ((key & known) != prefix) continue;
      const bin = histogram + ((((key >> shift) & digits) as usize) << 3);
      store<f64>(bin, load<f64>(bin) + (ratios ? weightOf(load<f32>(at4(ratios, i))) : 1));
    }
    let digit = digits as i32;
    for (; digit > 0; digit--) {
      const measure = load<f64>(histogram + ((digit as usize) << 3));
      if (above + measure >= target) break;
      above += measure;
    }
    prefix |= (digit as u32) << shift;
    known |= digits << shift;
  }
  let kept = 0;
  for (let i = 0; i < n; i++) {
    const logit = load<f32>(at4(z, i));
    const key = keyOf(logit);
    if (key < prefix) continue;
    const ratio = ratios ? load<f32>(at4(ratios, i)) : (0 as f32);
    if (key == prefix) {
      if (above >= target) continue;
      above += ratios ? weightOf(ratio) : 1;
    }
    store<f32>(at4(keptZ, kept), logit);
    if (ratios) store<f32>(at4(keptR, kept), ratio);
    store<i32>(at4(keptIds, kept), ids ? load<i32>(at4(ids, i)) : i);
    kept++;
  }
  return kept;
}

/** Sum of the weights of n ratios that are at least `least`. */
export function weightSum(ratios: usize, n: i32, least: f32): f64 {
  let total: f64 = 0;
  for (let i = 0; i < n; i++) {
    const ratio = load<f32>(at4(ratios, i));
    if (ratio >= least) total += weightOf(ratio);
  }
  return total;
}

/** The token that covers `place`, tokens of at least `least` lying side by side in their order; -1 beyond the last. */
export function tokenAt(ratios: usize, ids: usize, n: i32, least: f32, place: f64): i32 {
  let reached: f64 = 0;
  for (let i = 0; i < n; i++) {
    const ratio = load<f32>(at4(ratios, i));
    if (!(ratio >= least)) continue;
    reached += weightOf(ratio);
    if (place < reached) return load<i32>(at4(ids, i));
  }
  return -1;
}
