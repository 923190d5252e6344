import { add, mul } from '../math/f32.ts';

/**
 * 32 weights: weight `i` is `scale * q[i] + offset`, with `q` the integer times its group's factor.
 * Scale and offset are exact products of what the file holds: nothing is rounded before the matrix product.
 */
export interface Block {
  /** Binary32; finite in a model that loaded. */
  readonly scale: number;
  /** Binary32; absent in types without offsets. */
  readonly offset?: number;
  /** -128 to 127. */
  readonly integers: Int8Array;
  /** Q6_K: an integer factor for each half of 16. */
  readonly factors?: readonly [number, number];
}

/** The weights as binary32: what an embedding look-up gives. At most one rounding, at the offset. */
export function blockValues({ scale, offset, integers, factors }: Block): Float32Array {
  return Float32Array.from(integers, (integer, i) => {
    // As an integer: 0 times a negative factor is +0.
    const whole = Math.imul(integer, factors ? (factors[i < 16 ? 0 : 1] as number) : 1);
    const value = mul(scale, whole);
    return offset === undefined ? value : add(value, offset);
  });
}
