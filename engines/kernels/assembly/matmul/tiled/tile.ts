import { WORDS_BYTES } from '../words';
import { TILE_BLOCK_BYTES, tileScaledSums, tileScales } from './tile-activations';
import { UNPACKED_BYTES, offsetsAt, scalesAt, weightsAt } from './unpacked';

/*
 * Four tokens by eight rows: eight sums in registers, each of four rows for one token. Sums of scales' products lie
 * in memory between blocks, two vectors a token; those of offsets follow them.
 */

export const SUMS_BYTES: usize = 256;
const OFFSET_SUMS: usize = 128;

/** Adds `blocks` blocks of columns to the sums. */
export function addTile(weights: usize, x: usize, blocks: i32, sums: usize, offsets: bool): void {
  for (let b = 0; b < blocks; b++) {
    let a0 = i32x4.splat(0), a1 = i32x4.splat(0), b0 = i32x4.splat(0), b1 = i32x4.splat(0);
    let c0 = i32x4.splat(0), c1 = i32x4.splat(0), d0 = i32x4.splat(0), d1 = i32x4.splat(0);
    let w = weightsAt(weights);
    let words = x;
    const end = x + WORDS_BYTES;
    do {
      let low = v128.load(w);
      let high = v128.load(w, 16);
      let word = v128.load32_splat(words);
      a0 = addDot(a0, low, word);
      a1 = addDot(a1, high, word);
      word = v128.load32_splat(words, WORDS_BYTES);
      b0 = addDot(b0, low, word);
      b1 = addDot(b1, high, word);
      word = v128.load32_splat(words, 2 * WORDS_BYTES);
      c0 = addDot(c0, low, word);
      c1 = addDot(c1, high, word);
      word = v128.load32_splat(words, 3 * WORDS_BYTES);
      d0 = addDot(d0, low, word);
      d1 = addDot(d1, high, word);

      low = v128.load(w, 32);
      high = v128.load(w, 48);
      word = v128.load32_splat(words, 4);
      a0 = addDot(a0, low, word);
      a1 = addDot(a1, high, word);
      word = v128.load32_splat(words, WORDS_BYTES + 4);
      b0 = addDot(b0, low, word);
      b1 = addDot(b1, high, word);
      word = v128.load32_splat(words, 2 * WORDS_BYTES + 4);
      c0 = addDot(c0, low, word);
      c1 = addDot(c1, high, word);
      word = v128.load32_splat(words, 3 * WORDS_BYTES + 4);
      d0 = addDot(d0, low, word);
      d1 = addDot(d1, high, word);
      w += 64;
      words += 8;
    } while (words < end);

    const scales = scalesAt(weights);
    const e = tileScales(x);
    addScaled(sums, scales, e, a0, a1);
    addScaled(sums + 32, scales, e + 4, b0, b1);
    addScaled(sums + 64, scales, e + 8, c0, c1);
    addScaled(sums + 96, scales, e + 12, d0, d1);
    if (offsets) {
      const m = offsetsAt(weights);
      const et = tileScaledSums(x);
      addOffsets(sums + OFFSET_SUMS, m, et);
      addOffsets(sums + OFFSET_SUMS + 32, m, et + 4);
      addOffsets(sums + OFFSET_SUMS + 64, m, et + 8);
      addOffsets(sums + OFFSET_SUMS + 96, m, et + 12);
    }
    weights += UNPACKED_BYTES;
    x += TILE_BLOCK_BYTES;
  }
}

@inline
function addDot(sum: v128, weights: v128, word: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(weights, word));
}

/** y = y + (d * e) * n for eight rows. */
@inline
function addScaled(sums: usize, scales: usize, e: usize, low: v128, high: v128): void {
  const scale = v128.load32_splat(e);
  const first = f32x4.mul(f32x4.mul(v128.load(scales), scale), f32x4.convert_i32x4_s(low));
  const second = f32x4.mul(f32x4.mul(v128.load(scales, 16), scale), f32x4.convert_i32x4_s(high));
  v128.store(sums, f32x4.add(v128.load(sums), first));
  v128.store(sums, f32x4.add(v128.load(sums, 16), second), 16);
}

/** o = o + m * (e * t) for eight rows. */
@inline
function addOffsets(sums: usize, offsets: usize, et: usize): void {
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
