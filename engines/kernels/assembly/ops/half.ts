/* Conversions of the cache (section 9). */

/** Bits of a float, sign aside, that rounds to an infinite half: 65520. */
const INFINITE: i32 = 0x477ff000;

/**
 * Four floats as halves in the low parts of four lanes: to nearest, ties to even, 65520 and more infinite.
 */
// @ts-expect-error: decorator
@inline
export function toHalves(x: v128): v128 {
  const sign = v128.and(x, i32x4.splat(0x80000000));
  const bits = v128.xor(x, sign);
  // 112 less in the exponent, and half a unit of the last place, less one for even ones.
  const odd = v128.and(i32x4.shr_u(bits, 13), i32x4.splat(1));
  const rounded = i32x4.add(i32x4.add(bits, i32x4.splat(0xfff - (112 << 23))), odd);
  const normal = i32x4.shr_u(rounded, 13);
  // Below 2^-14 a sum with 0.5 rounds at 2^-24, the unit of subnormal halves.
  const half = f32x4.splat(0.5);
  const small = i32x4.sub(f32x4.add(bits, half), half);
  const finite = v128.bitselect(small, normal, i32x4.lt_s(bits, i32x4.splat(113 << 23)));
  const infinite = v128.bitselect(
    i32x4.splat(0x7e00),
    i32x4.splat(0x7c00),
    i32x4.gt_s(bits, i32x4.splat(0x7f800000)),
  );
  const value = v128.bitselect(infinite, finite, i32x4.ge_s(bits, i32x4.splat(INFINITE)));
  return v128.or(value, i32x4.shr_u(sign, 16));
}

/** Lanes all ones where `toHalves` gives an infinite or a NaN. */
// @ts-expect-error: decorator
@inline
export function leavesHalves(x: v128): v128 {
  return i32x4.ge_s(v128.and(x, i32x4.splat(0x7fffffff)), i32x4.splat(INFINITE));
}

/*
 * Eight halves of the cache lie as four words: halves 0 to 3 in the low parts, 4 to 7 in the high parts. Each half as a
 * float times 2^-112 is a few shifts away; infinite ones and NaN come out finite. Whoever multiplies by another factor
 * times 2^112 gets the product of the true values, since both powers are exact.
 */

/** Where half `i` of a row lies in it: in halves. */
@inline
export function placeOfHalf(i: i32): i32 {
  return (i & ~7) | ((i & 3) << 1) | ((i >> 2) & 1);
}

/** Eight halves as they lie in the cache, from the low parts of two vectors. */
@inline
export function joinHalves(first: v128, second: v128): v128 {
  return v128.or(first, i32x4.shl(second, 16));
}

/** What of a shifted word is a half's: to be made outside of loops, since each use of a constant makes it anew. */
@inline
export function halfMask(): v128 {
  return i32x4.splat(0x8fffe000);
}

@inline
export function firstFloats(words: v128, mask: v128): v128 {
  return v128.and(i32x4.shr_s(i32x4.shl(words, 16), 3), mask);
}

@inline
export function secondFloats(words: v128, mask: v128): v128 {
  return v128.and(i32x4.shr_s(words, 3), mask);
}

/** Makes infinite and NaN what such a half left finite. */
@inline
export function withInfinite(scaled: v128): v128 {
  const exponent = i32x4.splat(0x0f800000);
  const infinite = i32x4.eq(v128.and(scaled, exponent), exponent);
  return v128.or(scaled, v128.and(infinite, i32x4.splat(0x70000000)));
}
