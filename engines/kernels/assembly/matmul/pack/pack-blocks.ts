import { halfIsFinite, halfToFloat } from '../half';
import { PANEL, cellBytes } from '../layout';
import { Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, blockBytes, blockElements } from '../weight-type';
import { evens, odds } from '../words';
import { placeEights, placeFives, placeFours, placeSixes } from './place';
import { readIntegers } from './read-integers';

/** Bytes of `scratch` here: the integers of 32 weights as bytes, then as words. */
export const PACK_SCRATCH: i32 = 96;

/** One row of integer weights into lane `row` of a panel. False where a scale or an offset is infinite or NaN. */
export function packBlockRow(type: i32, source: usize, columns: i32, panel: usize, row: usize, scratch: usize): bool {
  const blocks = columns / blockElements(type);
  for (let b = 0; b < blocks; b++) {
    if (!packCell(type, source, panel, row, scratch)) return false;
    source += blockBytes(type);
    panel += cellBytes(type);
  }
  return true;
}

@inline
function packCell(type: i32, source: usize, cell: usize, row: usize, scratch: usize): bool {
  const scale = cell + 4 * row;
  switch (type) {
    case Q8_0:
    case Q4_0:
    case Q5_0:
      place(type, source, 0, cell + 4 * PANEL, row, scratch);
      return packHalf(load<u16>(source), 1, scale);
    case Q4_1:
    case Q5_1:
      place(type, source, 0, cell + 8 * PANEL, row, scratch);
      return packHalf(load<u16>(source), 1, scale) && packHalf(load<u16>(source, 2), 1, scale + 4 * PANEL);
    case Q4_K:
    case Q5_K:
      packOffsetsK(type, source, cell + 8 * PANEL, row, scratch);
      return packHalf(load<u16>(source), 1, scale) && packHalf(load<u16>(source, 2), -1, scale + 4 * PANEL);
  }
  packSixes(source, cell + 4 * PANEL, row, scratch);
  return packHalf(load<u16>(source, 208), 1, scale);
}

@inline
function packHalf(bits: u32, sign: f32, target: usize): bool {
  store<f32>(target, sign * halfToFloat(bits));
  return halfIsFinite(bits);
}

/** `vectors`: the first vector of weights of the cell's block. */
function place(type: i32, source: usize, j: i32, vectors: usize, row: usize, scratch: usize): void {
  readIntegers(type, source, j, scratch);
  const words = scratch + 32;
  const low = v128.load(scratch);
  const high = v128.load(scratch, 16);
  v128.store(words, evens(low));
  v128.store(words, odds(low), 16);
  v128.store(words, evens(high), 32);
  v128.store(words, odds(high), 48);
  const lane = vectors + ((row >> 2) << 4) + ((row & 3) << 2);
  switch (type) {
    case Q8_0: return placeEights(words, lane);
    case Q4_0:
    case Q4_1:
    case Q4_K: return placeFours(words, lane);
    case Q6_K: return placeSixes(words, lane);
  }
  placeFives(words, lane, row);
}

/** The eight blocks' bytes S and N, and their weights. */
function packOffsetsK(type: i32, source: usize, block: usize, row: usize, scratch: usize): void {
  const bytes = 16 + (type == Q4_K ? 8 * 16 : 11 * 16);
  for (let j = 0; j < 8; j++) {
    const b = source + 4 + j;
    let S: u32;
    let N: u32;
    if (j < 4) {
      S = <u32>load<u8>(b) & 63;
      N = <u32>load<u8>(b, 4) & 63;
    } else {
      S = (<u32>load<u8>(b, 4) & 15) | ((<u32>load<u8>(b - 4) >> 6) << 4);
      N = (<u32>load<u8>(b, 4) >> 4) | ((<u32>load<u8>(b) >> 6) << 4);
    }
    store<u8>(block + row, S);
    store<u8>(block + row, N, PANEL);
    place(type, source, j, block + 16, row, scratch);
    block += bytes;
  }
}

function packSixes(source: usize, block: usize, row: usize, scratch: usize): void {
  for (let j = 0; j < 8; j++) {
    store<u8>(block + row, load<u8>(source + 2 * j, 192));
    store<u8>(block + row, load<u8>(source + 2 * j, 193), PANEL);
    place(Q6_K, source, j, block + 16, row, scratch);
    block += 16 + 12 * 16;
  }
}
