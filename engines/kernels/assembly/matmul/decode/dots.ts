/* Sums of products of the weights that one vector holds side by side; the words as lowered.ts makes them. */

@inline
export function addDot(sum: v128, v: v128, word: v128): v128 { return i32x4.add(sum, i32x4.dot_i16x8_s(v, word)); }

@inline
export function addEights(sum: v128, v: v128, a: v128, b: v128): v128 {
  return addDot(addDot(sum, v, a), i16x8.shr_s(v, 8), b);
}

@inline
export function addFours(sum: v128, v: v128, a: v128, b: v128, c: v128, d: v128): v128 {
  sum = addDot(addDot(sum, v, a), i16x8.shr_s(v, 4), b);
  return addDot(addDot(sum, i16x8.shr_s(v, 8), c), i16x8.shr_s(v, 12), d);
}

@inline
export function addFives(sum: v128, v: v128, a: v128, b: v128, c: v128): v128 {
  return addDot(addDot(addDot(sum, v, a), i16x8.shr_s(v, 5), b), i16x8.shr_s(v, 10), c);
}

/** The last word of five-bit weights: `v` and what is left of it after a shift by five. */
@inline
export function addLast(sum: v128, v: v128, shifted: v128, a: v128, b: v128): v128 {
  return addDot(addDot(sum, v, a), shifted, b);
}

@inline
export function addSixes(sum: v128, v: v128, a: v128, b: v128, c: v128): v128 {
  return addDot(addDot(addDot(sum, v, a), i16x8.shr_s(v, 6), b), i16x8.shr_s(v, 12), c);
}

@inline
export function addSixesTop(sum: v128, v: v128, a: v128, b: v128, c: v128, d: v128): v128 {
  return addDot(addSixes(sum, v, a, b, c), i16x8.shr_s(v, 14), d);
}
