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

/**
 * Four halves as floats times 2^-112; infinite ones and NaN come out finite. Whoever multiplies by another factor
 * times 2^112 gets the product of the true values, since both powers are exact.
 */
// @ts-expect-error: decorator
@inline
export function scaledFloats(at: usize): v128 {
  const wide = i32x4.shl(v128.load_ext<i16>(at), 13);
  return v128.and(wide, i32x4.splat(0x8fffffff));
}

/** Four halves as floats times 2^-112, infinite ones and NaN as such. */
// @ts-expect-error: decorator
@inline
export function scaledFloatsOfAll(at: usize): v128 {
  const finite = scaledFloats(at);
  const exponent = i32x4.splat(0x0f800000);
  const infinite = i32x4.eq(v128.and(finite, exponent), exponent);
  return v128.or(finite, v128.and(infinite, i32x4.splat(0x70000000)));
}
