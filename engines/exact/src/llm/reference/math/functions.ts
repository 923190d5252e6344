import { add, div, fromBits, mul, nearestInteger, sub } from './f32.ts';
import { hexFloat, hexFloats } from './hex-float.ts';

/* Functions of binary32 (section 4.1): each step rounded, no branch that lanes could not select. */

const LOG2_E = hexFloat('0x1.715476p+0');
const LN2_HIGH = hexFloat('0x1.63p-1');
const LN2_LOW = hexFloat('-0x1.bd0106p-13');
const EXP = hexFloats(
  '0x1.a0d2cep-13',
  '0x1.6e879cp-10',
  '0x1.11121p-7',
  '0x1.555382p-5',
  '0x1.555554p-3',
  '0x1p-1',
);
const TANH = hexFloats(
  '-0x1.75e1d4p-8',
  '0x1.52269cp-6',
  '-0x1.b83c5ap-5',
  '0x1.110726p-3',
  '-0x1.555532p-2',
);
const ERF = hexFloats(
  '0x1.496a32p-14',
  '-0x1.a3f7p-11',
  '0x1.5405b2p-8',
  '-0x1.b7f90ep-6',
  '0x1.ce2cf8p-4',
  '-0x1.81273ep-2',
  '0x1.20dd74p+0',
);
const ERFC_NEAR = hexFloats(
  '0x1.7d39e8p-6',
  '-0x1.1c10dp-3',
  '0x1.7997ap-2',
  '-0x1.2a39fp-1',
  '0x1.3df3c6p-1',
  '-0x1.fa518p-2',
  '0x1.5ca8e2p-2',
  '-0x1.18b1p-2',
  '0x1.20adccp-1',
);
const ERFC_FAR = hexFloats(
  '-0x1.4f4906p+3',
  '0x1.9f4538p+3',
  '-0x1.dfb694p+2',
  '0x1.75e3f4p+1',
  '-0x1.03e86cp+0',
  '0x1.aff87cp-2',
  '-0x1.20d8bap-2',
  '0x1.20dd72p-1',
);
const SQRT_HALF = hexFloat('0x1.6a09e6p-1');
const GELU_CUBE = hexFloat('0x1.6e4e26p-5');
const GELU_SCALE = hexFloat('-0x1.988454p+0');

/** Horner's rule from the first coefficient on; each product and each sum is rounded. */
const horner = (coefficients: readonly number[], x: number): number =>
  coefficients.slice(1).reduce((value, next) => add(mul(value, x), next), coefficients[0] as number);

/** e^x. Above 88 infinite, below -87 zero, so that no result is subnormal. */
export function exp(x: number): number {
  if (x > 88) return Number.POSITIVE_INFINITY;
  if (x < -87) return 0;
  const k = nearestInteger(mul(x, LOG2_E));
  const r = sub(sub(x, mul(k, LN2_HIGH)), mul(k, LN2_LOW));
  const y = add(add(mul(horner(EXP, r), mul(r, r)), r), 1);
  return Number.isNaN(x) ? x : mul(y, fromBits((k + 127) << 23));
}

export function tanh(x: number): number {
  const magnitude = x < 0 ? -x : x;
  if (magnitude < 0.625) {
    const z = mul(x, x);
    return add(mul(mul(horner(TANH, z), z), x), x);
  }
  const y = sub(1, div(2, add(exp(mul(2, magnitude)), 1)));
  return x < 0 ? -y : y;
}

export function erf(x: number): number {
  const magnitude = x < 0 ? -x : x;
  const square = mul(x, x);
  if (magnitude < 1) return mul(x, horner(ERF, square));
  const inverse = div(1, magnitude);
  const tail = horner(magnitude < 2 ? ERFC_NEAR : ERFC_FAR, mul(inverse, inverse));
  const y = sub(1, mul(mul(exp(-square), inverse), tail));
  return x < 0 ? -y : y;
}

export const silu = (x: number): number => div(x, add(1, exp(-x)));

/** GELU by its definition, with the error function. */
export const geluErf = (x: number): number => mul(mul(0.5, x), add(1, erf(mul(x, SQRT_HALF))));

/** GELU by the approximation with tanh, which is `x / (1 + e^(-2u))`. */
export const geluTanh = (x: number): number =>
  div(x, add(1, exp(mul(mul(GELU_SCALE, x), add(1, mul(GELU_CUBE, mul(x, x)))))));

/** A value kept within ±cap. */
export const softCap = (x: number, cap: number): number => mul(cap, tanh(div(x, cap)));
