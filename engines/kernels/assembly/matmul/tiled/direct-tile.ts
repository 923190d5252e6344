import { addDot } from '../decode/dots';
import { cellBytes } from '../layout';
import { Q4_1, Q4_K, Q8_0 } from '../weight-type';
import { scaleBlock } from './scales';
import { addScaledTile } from './tile';
import { BEGIN_AT, TILE_BLOCK_BYTES, TOKEN_WORDS_BYTES } from './tile-activations';

/*
 * Four tokens by eight rows, from packed weights. Step by step two vectors of weights are multiplied with the words
 * of all tokens, shifted, multiplied with the next words, until their halves are empty.
 */

// @each Shape,lastStep,lastField,bits Eights,7,1,8 Fours,3,3,4

/** One block. `vectors`: the packed weights; `scales`: those of eight rows, as floats. */
@inline
function add$Shape(vectors: usize, scales: usize, x: usize, sums: usize): void {
  // @each t 0..3
  let low$t = v128.load(x, BEGIN_AT + 16 * $t);
  let high$t = low$t;
  // @end
  // @each s 0..$lastStep
  let lower$s = v128.load(vectors, 32 * $s);
  let upper$s = v128.load(vectors, 32 * $s + 16);
  // @each f 0..$lastField
  if ($f > 0) {
    lower$s = i16x8.shr_s(lower$s, $bits);
    upper$s = i16x8.shr_s(upper$s, $bits);
  }
  // @each t 0..3
  const word$s_$f_$t = v128.load(x, $t * TOKEN_WORDS_BYTES + 16 * ($f * ($lastStep + 1) + $s));
  low$t = addDot(low$t, lower$s, word$s_$f_$t);
  high$t = addDot(high$t, upper$s, word$s_$f_$t);
  // @end
  // @end
  // @end
  addScaledTile(scales, x, low0, high0, low1, high1, low2, high2, low3, high3, sums);
}
// @end

/**
 * Adds `blocks` blocks to the sums. `cell`: the packed cell of the first of them; `scales`: theirs, `stride` bytes
 * apart. In types of 32 columns these are the cells themselves; in Q4_K the first tile writes them there as it comes
 * by, so that nobody reads a panel's memory ahead of its weights.
 */
@inline
export function addDirectTile(
  type: i32, cell: usize, scales: usize, stride: usize, x: usize, blocks: i32, sums: usize, isFirst: bool,
): void {
  const end = x + <usize>blocks * TILE_BLOCK_BYTES;
  if (type == Q8_0) {
    for (; x < end; x += TILE_BLOCK_BYTES) {
      addEights(scales + 32, scales, x, sums);
      scales += stride;
    }
    return;
  }
  const inCell = type == Q4_K ? 8 : 1;
  const head: usize = type == Q4_K ? 64 + 16 : type == Q4_1 ? 64 : 32;
  const scaling = isFirst && type == Q4_K;
  while (x < end) {
    let vectors = cell + head;
    for (let j = 0; j < inCell; j++) {
      if (scaling) scaleBlock(cell, vectors - 16, scales);
      addFours(vectors, scales, x, sums);
      vectors += 16 + 8 * 16;
      scales += stride;
      x += TILE_BLOCK_BYTES;
    }
    cell += cellBytes(type);
  }
}
