import { addDot } from '../decode/dots';
import { SCALES_BYTES, WEIGHTS_BYTES, offsetsAt } from './chunk';
import { E_AT, ET_AT, TILE_BLOCK_BYTES, TOKEN_WORDS_BYTES } from './tile-activations';

/*
 * Four tokens by eight rows: eight sums in registers, each of four rows for one token. Sums of scales' products lie
 * in memory between blocks, two vectors a token; those of offsets follow them.
 */

export const SUMS_BYTES: usize = 256;
const OFFSET_SUMS: usize = SUMS_BYTES / 2;

/** Adds `blocks` blocks of unpacked weights to the sums. */
export function addTile(weights: usize, scales: usize, x: usize, blocks: i32, sums: usize): void {
  for (let b = 0; b < blocks; b++) {
    // @each t 0..3
    let low$t = i32x4.splat(0);
    let high$t = i32x4.splat(0);
    // @end
    // @each k 0..15
    const lower$k = v128.load(weights, 32 * $k);
    const upper$k = v128.load(weights, 32 * $k + 16);
    // @each t 0..3
    const word$k_$t = v128.load(x, $t * TOKEN_WORDS_BYTES + 16 * $k);
    low$t = addDot(low$t, lower$k, word$k_$t);
    high$t = addDot(high$t, upper$k, word$k_$t);
    // @end
    // @end
    addScaledTile(scales, x, low0, high0, low1, high1, low2, high2, low3, high3, sums);
    weights += WEIGHTS_BYTES;
    scales += SCALES_BYTES;
    x += TILE_BLOCK_BYTES;
  }
}

/** y = y + (d * e) * n for four tokens. */
@inline
export function addScaledTile(
  scales: usize, x: usize,
  low0: v128, high0: v128, low1: v128, high1: v128, low2: v128, high2: v128, low3: v128, high3: v128,
  sums: usize,
): void {
  const lower = v128.load(scales);
  const upper = v128.load(scales, 16);
  // @each t 0..3
  const e$t = v128.load32_splat(x, E_AT + 4 * $t);
  const first$t = f32x4.mul(f32x4.mul(lower, e$t), f32x4.convert_i32x4_s(low$t));
  const second$t = f32x4.mul(f32x4.mul(upper, e$t), f32x4.convert_i32x4_s(high$t));
  v128.store(sums, f32x4.add(v128.load(sums, 32 * $t), first$t), 32 * $t);
  v128.store(sums, f32x4.add(v128.load(sums, 32 * $t + 16), second$t), 32 * $t + 16);
  // @end
}

/** Adds `blocks` blocks' o = o + m * (e * t) to the sums of offsets; blocks' scales, which their offsets follow, are `stride` apart. */
export function addOffsetTile(scales: usize, stride: usize, x: usize, blocks: i32, sums: usize): void {
  // @each t 0..3
  let low$t = v128.load(sums, OFFSET_SUMS + 32 * $t);
  let high$t = v128.load(sums, OFFSET_SUMS + 32 * $t + 16);
  // @end
  for (let b = 0; b < blocks; b++) {
    const lower = v128.load(offsetsAt(scales));
    const upper = v128.load(offsetsAt(scales), 16);
    // @each t 0..3
    const et$t = v128.load32_splat(x, ET_AT + 4 * $t);
    low$t = f32x4.add(low$t, f32x4.mul(lower, et$t));
    high$t = f32x4.add(high$t, f32x4.mul(upper, et$t));
    // @end
    scales += stride;
    x += TILE_BLOCK_BYTES;
  }
  // @each t 0..3
  v128.store(sums, low$t, OFFSET_SUMS + 32 * $t);
  v128.store(sums, high$t, OFFSET_SUMS + 32 * $t + 16);
  // @end
}

export function clearSums(sums: usize, tiles: i32): void {
  memory.fill(sums, 0, <usize>tiles * SUMS_BYTES);
}

/** Stores the first `rows` rows of `tokens` tokens: y, or y + o. */
export function storeTile(sums: usize, tokens: i32, rows: i32, y: usize, yStride: usize, offsets: bool): void {
  for (let t = 0; t < tokens; t++) {
    if (offsets) {
      v128.store(sums, f32x4.add(v128.load(sums), v128.load(sums, OFFSET_SUMS)));
      v128.store(sums, f32x4.add(v128.load(sums, 16), v128.load(sums, OFFSET_SUMS + 16)), 16);
    }
    storeRows(sums, rows, y);
    sums += 32;
    y += yStride;
  }
}

/** Eight floats, or the first `rows` of them. */
@inline
export function storeRows(sums: usize, rows: i32, y: usize): void {
  if (rows >= 8) {
    v128.store(y, v128.load(sums));
    v128.store(y, v128.load(sums, 16), 16);
    return;
  }
  for (let r: usize = 0; r < <usize>rows; r++) store<f32>(y + 4 * r, load<f32>(sums + 4 * r));
}
