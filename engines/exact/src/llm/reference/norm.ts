import { add, div, mul, sqrt, sub } from './math/f32.ts';
import { sum } from './math/sum.ts';

const inverseRoot = (mean: number, epsilon: number): number => div(1, sqrt(add(mean, epsilon)));

const meanSquare = (values: Float32Array): number =>
  div(sum(values.map((value) => mul(value, value))), values.length);

/** Section 7.1. `epsilon` is binary32; `weight` has the length of the values. */
export function rmsNorm(values: Float32Array, weight: Float32Array, epsilon: number): Float32Array {
  const scale = inverseRoot(meanSquare(values), epsilon);
  return values.map((value, i) => mul(mul(value, scale), weight[i] as number));
}

/** Section 7.2. */
export function layerNorm(
  values: Float32Array,
  weight: Float32Array,
  bias: Float32Array,
  epsilon: number,
): Float32Array {
  const mean = div(sum(values), values.length);
  const centred = values.map((value) => sub(value, mean));
  const scale = inverseRoot(meanSquare(centred), epsilon);
  return centred.map((value, i) => add(mul(mul(value, scale), weight[i] as number), bias[i] as number));
}

/** Section 7.3: length one, or all zero where the values are. */
export function unitLength(values: Float32Array): Float32Array {
  const length = sqrt(sum(values.map((value) => mul(value, value))));
  return length === 0 ? values : values.map((value) => div(value, length));
}
