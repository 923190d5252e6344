import { addDot } from '../decode/dots';
import { cellBytes } from '../layout';
import { Q4_1, Q4_K, Q8_0 } from '../weight-type';
import { SUMS_BYTES, addScaled, addOffsets } from './tile';
import { TILE_BLOCK_BYTES, TOKEN_WORDS_BYTES, tileBegins, tileScaledSums, tileScales } from './tile-activations';
import { scaleEight } from './unpack';

/*
 * Four tokens by eight rows, from packed weights. Step by step two vectors of weights are multiplied with the words
 * of all tokens, shifted, multiplied with the next words, until their halves are empty.
 */

// @each Shape,lastStep,lastField,bits Eights,7,1,8 Fours,3,3,4

/** One block. `vectors`: the packed weights; `scales`, `offsets`: those of eight rows, as floats. */
@inline
function add$Shape(vectors: usize, scales: usize, offsets: usize, withOffsets: bool, x: usize, sums: usize): void {
  // @each t 0..3
  let low$t = v128.load(tileBegins(x), 16 * $t);
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
  const e = tileScales(x);
  // @each t 0..3
  addScaled(sums + 32 * $t, scales, e + 4 * $t, low$t, high$t);
  // @end
  if (withOffsets) {
    const et = tileScaledSums(x);
    // @each t 0..3
    addOffsets(sums + SUMS_BYTES / 2 + 32 * $t, offsets, et + 4 * $t);
    // @end
  }
}
// @end

/**
 * Adds `blocks` blocks of columns to the sums.
 *
 * @param cell the packed cell of the first of them
 * @param scaled room for 64 bytes
 */
export function addDirectTile(type: i32, cell: usize, x: usize, blocks: i32, sums: usize, scaled: usize): void {
  const end = x + <usize>blocks * TILE_BLOCK_BYTES;
  if (type == Q8_0) {
    for (; x < end; x += TILE_BLOCK_BYTES) {
      addEights(cell + 32, cell, 0, false, x, sums);
      cell += 32 + 16 * 16;
    }
  } else if (type == Q4_K) {
    while (x < end) {
      let block = cell + 64;
      for (let j = 0; j < 8; j++) {
        scaleEight(cell, block, scaled);
        scaleEight(cell + 32, block + 8, scaled + 32);
        addFours(block + 16, scaled, scaled + 32, true, x, sums);
        block += 16 + 8 * 16;
        x += TILE_BLOCK_BYTES;
      }
      cell = block;
    }
  } else {
    const head: usize = type == Q4_1 ? 64 : 32;
    for (; x < end; x += TILE_BLOCK_BYTES) {
      addFours(cell + head, cell, cell + 32, type == Q4_1, x, sums);
      cell += cellBytes(type);
    }
  }
}
