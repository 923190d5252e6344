/*
 * 32 activations as sixteen words of two 16-bit integers each, in the order in which weights unpack: the even ones
 * of the first 16 columns (words 0 to 3), the odd ones (4 to 7), the same of the last 16. Word k of a block is
 * multiplied with what a lane, a row, holds of the same two columns.
 */

@inline
export function evens(bytes: v128): v128 { return i16x8.shr_s(i16x8.shl(bytes, 8), 8); }

@inline
export function odds(bytes: v128): v128 { return i16x8.shr_s(bytes, 8); }

/** The sum of eight 16-bit integers below 2^15 in all. */
@inline
export function sumOf(words: v128): i32 {
  const sums = i32x4.dot_i16x8_s(words, i16x8.splat(1));
  return (
    i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3)
  );
}

/** The column of the first of the two weights of word `k`; the other is two to the right. */
@inline
export function columnOfWord(k: i32): i32 { return ((k >> 3) << 4) + ((k & 3) << 2) + ((k >> 2) & 1); }
