import { cellBytes } from '../layout';
import { Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, blockElements } from '../weight-type';
import { SCALES_BYTES, WEIGHTS_BYTES, chunkWeights } from './chunk';
import { readScales } from './scales';
import { unpackEights, unpackFives, unpackFours, unpackSixes } from './unpack-weights';

/** The cell of block `first` of 32 columns of a panel; in K types a multiple of 8. */
@inline
export function cellOf(type: i32, panel: usize, first: i32): usize {
  return panel + <usize>(first / (blockElements(type) >> 5)) * <usize>cellBytes(type);
}

/** The scales and, unless they are not asked, the weights of `count` blocks from `cell`; in K types a multiple of 8. */
export function unpackCells(type: i32, cell: usize, count: i32, chunk: usize, withWeights: bool): void {
  const blocks = blockElements(type) >> 5;
  let weights = chunkWeights(chunk);
  for (let b = 0; b < count; b += blocks) {
    readScales(type, cell, chunk);
    if (withWeights) unpackCell(type, cell, weights);
    cell += cellBytes(type);
    chunk += <usize>blocks * SCALES_BYTES;
    weights += <usize>blocks * WEIGHTS_BYTES;
  }
}

@inline
function unpackCell(type: i32, cell: usize, out: usize): void {
  switch (type) {
    case Q8_0: return unpackEights(cell + 32, out);
    case Q4_0: return unpackFours(cell + 32, 8, out);
    case Q5_0: return unpackFives(cell + 32, 16, out);
    case Q4_1: return unpackFours(cell + 64, 0, out);
    case Q5_1: return unpackFives(cell + 64, 0, out);
  }
  unpackWide(type, cell, out);
}

/** The eight blocks of a cell. */
function unpackWide(type: i32, cell: usize, out: usize): void {
  let block = cell + (type == Q6_K ? 32 : 64);
  const bytes = 16 * (type == Q4_K ? 1 + 8 : type == Q5_K ? 1 + 11 : 1 + 12);
  for (let j = 0; j < 8; j++) {
    if (type == Q4_K) unpackFours(block + 16, 0, out);
    else if (type == Q5_K) unpackFives(block + 16, 0, out);
    else unpackSixes(block, block + 16, out);
    block += bytes;
    out += WEIGHTS_BYTES;
  }
}
