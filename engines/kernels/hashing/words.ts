/*
 * Words of four messages between memory, where each message's bytes lie together, and lanes. Both ways are one
 * transposition: what is done four times four is its own inverse.
 */

/** For `swizzle`: turns the bytes of each word around. Made once, and kept: a constant is made anew at each use. */
// @ts-expect-error: decorator
@inline
export function bytesTurned(): v128 {
  return i8x16(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Four words of each of four messages as four vectors of 16 bytes at `out`: a word, and a lane for each message. */
// @ts-expect-error: decorator
@inline
export function storeTransposed(out: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  const low01 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5);
  const low23 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5);
  const high01 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
  const high23 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(out, v128.shuffle<i64>(low01, low23, 1, 3), 16);
  v128.store(out, v128.shuffle<i64>(high01, high23, 0, 2), 32);
  v128.store(out, v128.shuffle<i64>(high01, high23, 1, 3), 48);
}
