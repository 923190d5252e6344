import { add } from '../math/f32.ts';

/** Heads lie behind each other in a projection. */
export const splitHeads = (values: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: values.length / width }, (_, h) => values.subarray(h * width, (h + 1) * width));

export function joinHeads(heads: readonly Float32Array[]): Float32Array {
  const width = heads[0]?.length ?? 0;
  const joined = new Float32Array(heads.length * width);
  for (const [h, head] of heads.entries()) joined.set(head, h * width);
  return joined;
}

export const plus = (a: Float32Array, b: Float32Array): Float32Array =>
  a.map((value, i) => add(value, b[i] as number));
