import { addDot } from '../decode/dots';
import { TILE_BLOCK_BYTES, TOKEN_WORDS_BYTES, tileScaledSums, tileScales } from './tile-activations';
import { UNPACKED_BYTES, offsetsAt, scalesAt, weightsAt } from './unpacked';

/*
 * Four tokens by eight rows: eight sums in registers, each of four rows for one token. Sums of scales' products lie
 * in memory between blocks, two vectors a token; those of offsets follow them.
 */

export const SUMS_BYTES: usize = 256;
const OFFSET_SUMS: usize = SUMS_BYTES / 2;

/** Adds `blocks` blocks of columns to the sums. */
export function addTile(weights: usize, x: usize, blocks: i32, sums: usize, offsets: bool): void {
  for (let b = 0; b < blocks; b++) {
    const w = weightsAt(weights);
    // @each t 0..3
    let low$t = i32x4.splat(0);
    let high$t = i32x4.splat(0);
    // @end
    // @each k 0..15
    const lower$k = v128.load(w, 32 * $k);
    const upper$k = v128.load(w, 32 * $k + 16);
    // @each t 0..3
    const word$k_$t = v128.load(x, $t * TOKEN_WORDS_BYTES + 16 * $k);
    low$t = addDot(low$t, lower$k, word$k_$t);
    high$t = addDot(high$t, upper$k, word$k_$t);
    // @end
    // @end

    const scales = scalesAt(weights);
    const e = tileScales(x);
    // @each t 0..3
    addScaled(sums + 32 * $t, scales, e + 4 * $t, low$t, high$t);
    // @end
    if (offsets) {
      const m = offsetsAt(weights);
      const et = tileScaledSums(x);
      // @each t 0..3
      addOffsets(sums + OFFSET_SUMS + 32 * $t, m, et + 4 * $t);
      // @end
    }
    weights += UNPACKED_BYTES;
    x += TILE_BLOCK_BYTES;
  }
}

/** y = y + (d * e) * n for eight rows. */
@inline
export function addScaled(sums: usize, scales: usize, e: usize, low: v128, high: v128): void {
  const scale = v128.load32_splat(e);
  const first = f32x4.mul(f32x4.mul(v128.load(scales), scale), f32x4.convert_i32x4_s(low));
  const second = f32x4.mul(f32x4.mul(v128.load(scales, 16), scale), f32x4.convert_i32x4_s(high));
  v128.store(sums, f32x4.add(v128.load(sums), first));
  v128.store(sums, f32x4.add(v128.load(sums, 16), second), 16);
}

/** o = o + m * (e * t) for eight rows. */
@inline
export function addOffsets(sums: usize, offsets: usize, et: usize): void {
  const scaledSum = v128.load32_splat(et);
  v128.store(sums, f32x4.add(v128.load(sums), f32x4.mul(v128.load(offsets), scaledSum)));
  v128.store(sums, f32x4.add(v128.load(sums, 16), f32x4.mul(v128.load(offsets, 16), scaledSum)), 16);
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
