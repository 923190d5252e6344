import { div, larger, mul, nearestInteger } from './math/f32.ts';

/** 32 activations as integers: value `i` is about `scale * integers[i]`. */
export interface QuantisedBlock {
  readonly scale: number;
  /** -127 to 127. */
  readonly integers: Int8Array;
  /** Of the integers. */
  readonly sum: number;
}

const SMALLEST_NORMAL = 2 ** -126;

/** Activations in blocks of 32 (section 6.1); the length is a multiple of 32. */
export const quantise = (values: Float32Array): QuantisedBlock[] =>
  Array.from({ length: values.length / 32 }, (_, i) => quantiseBlock(values.subarray(32 * i, 32 * i + 32)));

function quantiseBlock(values: Float32Array): QuantisedBlock {
  const greatest = values.reduce((max, value) => larger(max, value < 0 ? -value : value), 0);
  const scale = div(greatest, 127);
  // An infinite or NaN scale makes every output NaN, whatever the integers are.
  if (!Number.isFinite(scale)) return { scale: Number.NaN, integers: new Int8Array(32), sum: 0 };
  if (scale < SMALLEST_NORMAL) return { scale: 0, integers: new Int8Array(32), sum: 0 };
  const inverse = div(1, scale);
  const integers = Int8Array.from(values, (value) => nearestInteger(mul(value, inverse)));
  return { scale, integers, sum: integers.reduce((total, integer) => total + integer, 0) };
}
