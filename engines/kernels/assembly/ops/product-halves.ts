import { firstFloats, halfMask, secondFloats } from './half';
import { A_ROW, begin, end, keepAt, multiply } from './product';

/*
 * The products of product.ts for one to four rows, over halves as they lie in the cache: where so few rows read them,
 * writing them down as floats first would cost as much as the product. Values are those times 2^-112.
 */

/** Rows at most. */
export const FEW: i32 = 4;

// The last row R and the last word W of a row of b are counted from 0; a word is eight columns.
// @each rows,words,R,W 1,4,0,3 1,1,0,0 2,2,1,1 2,1,1,0 3,1,2,0 4,1,3,0
function rows$rows_words$words(
  a: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  k: i32,
  keep: usize,
  mode: i32,
): void {
  const mask = halfMask();
  // @each r 0..$R
  const a$r = a + $r * A_ROW;
  const c$r = c + $r * cRow;
  // @each w 0..$W
  let first$r_$w = begin(c$r + 32 * $w, mode);
  let second$r_$w = begin(c$r + 32 * $w + 16, mode);
  // @end
  // @end
  const stop = (k as usize) << 2;
  for (let i: usize = 0; i < stop; i += 4) {
    // @each r 0..$R
    const x$r = v128.load32_splat(a$r + i);
    // @end
    // @each w 0..$W
    const word$w = v128.load(b, 16 * $w);
    const low$w = firstFloats(word$w, mask);
    // @each r 0..$R
    first$r_$w = multiply(first$r_$w, x$r, low$w);
    // @end
    const high$w = secondFloats(word$w, mask);
    // @each r 0..$R
    second$r_$w = multiply(second$r_$w, x$r, high$w);
    // @end
    // @end
    b += bRow;
  }
  // @each r 0..$R
  const keep$r = keepAt(keep, $r, mode);
  // @each w 0..$W
  end(c$r + 32 * $w, first$r_$w, keep$r, mode);
  end(c$r + 32 * $w + 16, second$r_$w, keep$r, mode);
  // @end
  // @end
}
// @end

/**
 * As `product`, with rows of b that are `bRow` bytes apart.
 *
 * @param rows 1 to FEW
 * @param columns a multiple of 8
 */
export function productOfHalves(
  a: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  k: i32,
  keep: usize,
  mode: i32,
): void {
  let j = 0;
  // @each rows,words 1,4 2,2
  if (rows == $rows) {
    for (; j + 8 * $words <= columns; j += 8 * $words)
      rows$rows_words$words(a, b + ((j as usize) << 1), bRow, c + ((j as usize) << 2), cRow, k, keep, mode);
  }
  // @end
  for (; j < columns; j += 8) {
    const from = b + ((j as usize) << 1);
    const to = c + ((j as usize) << 2);
    // @each rows 1 2 3 4
    if (rows == $rows) rows$rows_words1(a, from, bRow, to, cRow, k, keep, mode);
    // @end
  }
}
