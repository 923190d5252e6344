import { cellBytes } from '../layout';
import { Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, blockElements, hasOffset } from '../weight-type';
import { SCALES_BYTES, WEIGHTS_BYTES, chunkWeights, offsetsAt } from './chunk';
import { copyEight, scaleBlock } from './scales';
import { unpackEights, unpackFives, unpackFours, unpackSixes } from './unpack-weights';

/** The cell of block `first` of 32 columns of a panel; in K types a multiple of 8. */
@inline
export function cellOf(type: i32, panel: usize, first: i32): usize {
  return panel + <usize>(first / (blockElements(type) >> 5)) * <usize>cellBytes(type);
}

/** The scales and the weights of `count` blocks from `cell`; in K types a multiple of 8. */
export function unpackCells(type: i32, cell: usize, count: i32, chunk: usize): void {
  const blocks = blockElements(type) >> 5;
  let weights = chunkWeights(chunk);
  for (let b = 0; b < count; b += blocks) {
    if (blocks == 8) unpackWide(type, cell, chunk, weights);
    else unpackBlock(type, cell, chunk, weights);
    cell += cellBytes(type);
    chunk += <usize>blocks * SCALES_BYTES;
    weights += <usize>blocks * WEIGHTS_BYTES;
  }
}

@inline
function unpackBlock(type: i32, cell: usize, scales: usize, weights: usize): void {
  copyEight(cell, scales);
  if (hasOffset(type)) copyEight(cell + 32, offsetsAt(scales));
  switch (type) {
    case Q8_0: return unpackEights(cell + 32, weights);
    case Q4_0: return unpackFours(cell + 32, 8, weights);
    case Q5_0: return unpackFives(cell + 32, 16, weights);
    case Q4_1: return unpackFours(cell + 64, 0, weights);
    case Q5_1: return unpackFives(cell + 64, 0, weights);
  }
}

/** The eight blocks of a cell. */
function unpackWide(type: i32, cell: usize, scales: usize, weights: usize): void {
  let block = cell + (type == Q6_K ? 32 : 64);
  const bytes = 16 * (type == Q4_K ? 1 + 8 : type == Q5_K ? 1 + 11 : 1 + 12);
  for (let j = 0; j < 8; j++) {
    if (type == Q6_K) copyEight(cell, scales);
    else scaleBlock(cell, block, scales);
    if (type == Q4_K) unpackFours(block + 16, 0, weights);
    else if (type == Q5_K) unpackFives(block + 16, 0, weights);
    else unpackSixes(block, block + 16, weights);
    block += bytes;
    scales += SCALES_BYTES;
    weights += WEIGHTS_BYTES;
  }
}
