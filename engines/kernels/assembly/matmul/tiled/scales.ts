import { Q4_K, Q5_K, blockElements, hasOffset } from '../weight-type';
import { SCALES_BYTES, offsetsAt } from './chunk';

/** The scales and offsets of a cell's blocks of 32 columns, as floats. */
@inline
export function readScales(type: i32, cell: usize, out: usize): void {
  if (type == Q4_K) return scaleBlocks(cell, 16 + 8 * 16, out);
  if (type == Q5_K) return scaleBlocks(cell, 16 + 11 * 16, out);
  // Q6_K's eight blocks have one scale.
  const blocks = blockElements(type) >> 5;
  for (let j = 0; j < blocks; j++) copyEight(cell, out + <usize>j * SCALES_BYTES);
  if (hasOffset(type)) copyEight(cell + 32, offsetsAt(out));
}

/** Eight blocks of `bytes` bytes: D times S, and -M times N. */
@inline
function scaleBlocks(cell: usize, bytes: usize, out: usize): void {
  let block = cell + 64;
  for (let j = 0; j < 8; j++) {
    scaleEight(cell, block, out);
    scaleEight(cell + 32, block + 8, offsetsAt(out));
    block += bytes;
    out += SCALES_BYTES;
  }
}

@inline
function copyEight(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}

/** Eight floats times eight unsigned bytes. */
@inline
function scaleEight(floats: usize, bytes: usize, to: usize): void {
  const each = v128.load8x8_u(bytes);
  v128.store(to, f32x4.mul(v128.load(floats), f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(each))));
  v128.store(to, f32x4.mul(v128.load(floats, 16), f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(each))), 16);
}
