import { Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, blockElements } from '../weight-type';
import { cellBytes } from '../layout';
import { UNPACKED_BYTES, offsetsAt, scalesAt, weightsAt } from './unpacked';
import { unpackEights, unpackFives, unpackFours, unpackSixes } from './unpack-weights';

/** The cell of block `first` of 32 columns of a panel; in K types a multiple of 8. */
@inline
export function cellOf(type: i32, panel: usize, first: i32): usize {
  return panel + <usize>(first / (blockElements(type) >> 5)) * <usize>cellBytes(type);
}

/** `count` blocks of 32 columns from `cell`; in K types a multiple of 8. */
export function unpackCells(type: i32, cell: usize, count: i32, out: usize): void {
  const blocks = blockElements(type) >> 5;
  for (let b = 0; b < count; b += blocks) {
    unpackCell(type, cell, out);
    cell += cellBytes(type);
    out += <usize>blocks * UNPACKED_BYTES;
  }
}

@inline
function unpackCell(type: i32, cell: usize, out: usize): void {
  switch (type) {
    case Q8_0:
      copyEight(cell, scalesAt(out));
      return unpackEights(cell + 32, weightsAt(out));
    case Q4_0:
      copyEight(cell, scalesAt(out));
      return unpackFours(cell + 32, 8, weightsAt(out));
    case Q5_0:
      copyEight(cell, scalesAt(out));
      return unpackFives(cell + 32, 16, weightsAt(out));
    case Q4_1:
      copyEight(cell, scalesAt(out));
      copyEight(cell + 32, offsetsAt(out));
      return unpackFours(cell + 64, 0, weightsAt(out));
    case Q5_1:
      copyEight(cell, scalesAt(out));
      copyEight(cell + 32, offsetsAt(out));
      return unpackFives(cell + 64, 0, weightsAt(out));
    case Q4_K: return unpackOffsetsK(type, cell, 16 + 8 * 16, out);
    case Q5_K: return unpackOffsetsK(type, cell, 16 + 11 * 16, out);
    case Q6_K: return unpackSixesK(cell, out);
  }
}

function unpackOffsetsK(type: i32, cell: usize, bytes: usize, out: usize): void {
  let block = cell + 64;
  for (let j = 0; j < 8; j++) {
    scaleEight(cell, block, scalesAt(out));
    scaleEight(cell + 32, block + 8, offsetsAt(out));
    if (type == Q4_K) unpackFours(block + 16, 0, weightsAt(out));
    else unpackFives(block + 16, 0, weightsAt(out));
    block += bytes;
    out += UNPACKED_BYTES;
  }
}

function unpackSixesK(cell: usize, out: usize): void {
  let block = cell + 32;
  for (let j = 0; j < 8; j++) {
    copyEight(cell, scalesAt(out));
    unpackSixes(block, block + 16, weightsAt(out));
    block += 16 + 12 * 16;
    out += UNPACKED_BYTES;
  }
}

@inline
function copyEight(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}

/** Eight floats times eight unsigned bytes. */
@inline
export function scaleEight(floats: usize, bytes: usize, to: usize): void {
  const each = v128.load8x8_u(bytes);
  v128.store(to, f32x4.mul(v128.load(floats), f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(each))));
  v128.store(to, f32x4.mul(v128.load(floats, 16), f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(each))), 16);
}
