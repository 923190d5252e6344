import { nearestInteger } from './f32.ts';
import { hexFloat, hexFloats } from './hex-float.ts';

/*
 * Functions of binary64 (section 4.2), made of its basic operations alone, so that every machine builds the same
 * RoPE table. The polynomials are those of Sun's fdlibm.
 */

const LN2_HIGH = hexFloat('0x1.62e42feep-1');
const LN2_LOW = hexFloat('0x1.a39ef35793c76p-33');
const LOG2_E = hexFloat('0x1.71547652b82fep+0');
const TWO_OVER_PI = hexFloat('0x1.45f306dc9c883p-1');
const HALF_PI_HIGH = hexFloat('0x1.921fb544p+0');
const HALF_PI_LOW = hexFloat('0x1.0b4611a626331p-34');
const SQRT_2 = hexFloat('0x1.6a09e667f3bcdp+0');

const EXP = hexFloats(
  '0x1.6376972bea4dp-25',
  '-0x1.bbd41c5d26bf1p-20',
  '0x1.1566aaf25de2cp-14',
  '-0x1.6c16c16bebd93p-9',
  '0x1.555555555553ep-3',
);
const LOG = hexFloats(
  '0x1.2f112df3e5244p-3',
  '0x1.39a09d078c69fp-3',
  '0x1.7466496cb03dep-3',
  '0x1.c71c51d8e78afp-3',
  '0x1.2492494229359p-2',
  '0x1.999999997fa04p-2',
  '0x1.5555555555593p-1',
);
const SIN = hexFloats(
  '0x1.5d93a5acfd57cp-33',
  '-0x1.ae5e68a2b9cebp-26',
  '0x1.71de357b1fe7dp-19',
  '-0x1.a01a019c161d5p-13',
  '0x1.111111110f8a6p-7',
  '-0x1.5555555555549p-3',
);
const COS = hexFloats(
  '-0x1.8fae9be8838d4p-37',
  '0x1.1ee9ebdb4b1c4p-29',
  '-0x1.27e4f809c52adp-22',
  '0x1.a01a019cb159p-16',
  '-0x1.6c16c16c15177p-10',
  '0x1.555555555554cp-5',
);

const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.slice(1).reduce((value, next) => value * x + next, coefficients[0] as number);

/** e^x for |x| ≤ 700. */
export function exp64(x: number): number {
  const k = nearestInteger(x * LOG2_E);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c = r - t * horner(EXP, t);
  return (1 - (low - (r * c) / (2 - c) - high)) * 2 ** k;
}

/** Natural logarithm of a finite x ≥ 2^-1022. */
export function log64(x: number): number {
  let k = 0;
  let m = x;
  for (; m >= SQRT_2; m /= 2) k++;
  for (; m < SQRT_2 / 2; m *= 2) k--;
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const r = z * horner(LOG, z);
  const h = 0.5 * f * f;
  return k * LN2_HIGH - (h - (s * (h + r) + k * LN2_LOW) - f);
}

/** Sine and cosine of 0 ≤ x ≤ 2^19: absolute error below 2^-52. */
export function sinCos64(x: number): { sin: number; cos: number } {
  const n = nearestInteger(x * TWO_OVER_PI);
  const r = x - n * HALF_PI_HIGH - n * HALF_PI_LOW;
  const z = r * r;
  const s = r + r * (z * horner(SIN, z));
  const c = 1 - (0.5 * z - z * (z * horner(COS, z)));
  switch (n % 4) {
    case 0:
      return { sin: s, cos: c };
    case 1:
      return { sin: c, cos: -s };
    case 2:
      return { sin: -s, cos: -c };
    default:
      return { sin: -c, cos: s };
  }
}
