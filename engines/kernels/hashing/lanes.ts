/*
 * What SHA-256 (FIPS 180-4) does with words of 32 bits, in four lanes: a lane is a message. A rotation is two shifts,
 * and exclusive or joins them with the rest.
 */

// @ts-expect-error: decorator
@inline
export function bigSigma0(a: v128): v128 {
  const one = v128.xor(i32x4.shr_u(a, 2), i32x4.shl(a, 30));
  const two = v128.xor(i32x4.shr_u(a, 13), i32x4.shl(a, 19));
  return v128.xor(v128.xor(one, two), v128.xor(i32x4.shr_u(a, 22), i32x4.shl(a, 10)));
}

// @ts-expect-error: decorator
@inline
export function bigSigma1(e: v128): v128 {
  const one = v128.xor(i32x4.shr_u(e, 6), i32x4.shl(e, 26));
  const two = v128.xor(i32x4.shr_u(e, 11), i32x4.shl(e, 21));
  return v128.xor(v128.xor(one, two), v128.xor(i32x4.shr_u(e, 25), i32x4.shl(e, 7)));
}

// @ts-expect-error: decorator
@inline
export function sigma0(w: v128): v128 {
  const one = v128.xor(i32x4.shr_u(w, 7), i32x4.shl(w, 25));
  const two = v128.xor(i32x4.shr_u(w, 18), i32x4.shl(w, 14));
  return v128.xor(v128.xor(one, two), i32x4.shr_u(w, 3));
}

// @ts-expect-error: decorator
@inline
export function sigma1(w: v128): v128 {
  const one = v128.xor(i32x4.shr_u(w, 17), i32x4.shl(w, 15));
  const two = v128.xor(i32x4.shr_u(w, 19), i32x4.shl(w, 13));
  return v128.xor(v128.xor(one, two), i32x4.shr_u(w, 10));
}

/** Bits of f where e has ones, of g where it has zeros. */
// @ts-expect-error: decorator
@inline
export function choice(e: v128, f: v128, g: v128): v128 {
  return v128.xor(g, v128.and(e, v128.xor(f, g)));
}
