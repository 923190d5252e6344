import { add, mul } from './math/f32.ts';
import { type QuantisedBlock, quantise } from './quantise.ts';
import type { Block } from './weights/block.ts';
import type { Matrix } from './weights/matrix.ts';

/** The product of a matrix and one vector of activations (section 6): as many values as rows. */
export function matmul(matrix: Matrix, values: Float32Array): Float32Array {
  const quantised = matrix.rows[0] instanceof Float32Array ? [] : quantise(values);
  return Float32Array.from(matrix.rows, (row) =>
    row instanceof Float32Array ? dotFloats(row, values) : dotBlocks(row, quantised),
  );
}

/** Blocks of 32 in ascending order; within a block one accumulator, in ascending order. */
function dotFloats(weights: Float32Array, values: Float32Array): number {
  let total = 0;
  for (let start = 0; start < weights.length; start += 32) {
    const end = Math.min(start + 32, weights.length);
    let part = 0;
    for (let i = start; i < end; i++) part = add(part, mul(weights[i] as number, values[i] as number));
    total = add(total, part);
  }
  return total;
}

/** Integers exactly within a block; scales and offsets each into an accumulator of their own. */
function dotBlocks(weights: readonly Block[], values: readonly QuantisedBlock[]): number {
  let total = 0;
  let offsets = 0;
  weights.forEach((weight, i) => {
    const value = values[i] as QuantisedBlock;
    total = add(total, mul(mul(weight.scale, value.scale), integerDot(weight, value)));
    if (weight.offset !== undefined) offsets = add(offsets, mul(weight.offset, mul(value.scale, value.sum)));
  });
  return weights[0]?.offset === undefined ? total : add(total, offsets);
}

/** Below 2^24 in magnitude for every type, so exact as binary32. */
function integerDot({ integers, factors }: Block, value: QuantisedBlock): number {
  const halves = [0, 0] as [number, number];
  integers.forEach((integer, i) => {
    halves[i < 16 ? 0 : 1] += integer * (value.integers[i] as number);
  });
  return factors
    ? Math.imul(halves[0], factors[0]) + Math.imul(halves[1], factors[1])
    : halves[0] + halves[1];
}
