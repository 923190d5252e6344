import { fromBits, nearestInteger } from './f32.ts';

const TWO_112 = fromBits(0x77800000);

/** Value of a binary16. Exact: binary32 holds every one. */
export function halfToFloat(half: number): number {
  const sign = (half & 0x8000) << 16;
  // Shifted, the exponent is 112 too small, for subnormals as well; inf and NaN keep theirs.
  const bits = (half & 0x7fff) << 13;
  if (bits >= 0x0f800000) return fromBits((sign | bits | 0x7f800000) >>> 0);
  const magnitude = fromBits(bits) * TWO_112;
  return sign ? -magnitude : magnitude;
}

/** Value of a bfloat16: the upper half of a binary32. */
export const bfloatToFloat = (bfloat: number): number => fromBits((bfloat << 16) >>> 0);

/**
 * The binary16 nearest to a binary32, ties to even: the rounding of the cache. What rounds to 65520 or more is
 * infinite; NaN is 0x7e00.
 */
export function floatToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = value < 0 ? -value : value;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | nearestInteger(magnitude * 2 ** 24);
  let exponent = 15;
  let fraction = magnitude;
  for (; fraction >= 2; fraction /= 2) exponent++;
  for (; fraction < 1; fraction *= 2) exponent--;
  // A fraction that rounds up to 2 carries into the exponent, as it should.
  return sign | ((exponent << 10) + nearestInteger((fraction - 1) * 1024));
}

/** A value as the cache keeps it. */
export const throughHalf = (value: number): number => halfToFloat(floatToHalf(value));
