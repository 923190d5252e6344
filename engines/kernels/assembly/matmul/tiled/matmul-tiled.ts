import { PANEL, cellBytes, panelBytes } from '../layout';
import { activationBytes } from '../quantise';
import { Q4_K, hasOffset } from '../weight-type';
import { addDirectTile } from './direct-tile';
import { isDirect } from './direct-types';
import { TILE_BLOCK_BYTES, TILE_TOKENS, spreadTile } from './tile-activations';
import { SUMS_BYTES, addOffsetTile, addTile, clearSums, storeTile } from './tile';
import { CHUNK, CHUNK_BYTES, SCALES_BYTES, chunkWeights } from './chunk';
import { cellOf, unpackCells } from './unpack';

/*
 * Many tokens: a panel's scales, and in some types its weights, are unpacked once for a group of them. A group's activations stay in the second-level
 * cache, a chunk of the panel in the first.
 */

const MOST_TILES: i32 = 16;
const GROUP_BYTES: i32 = 512 * 1024;

/** Tiles of a group. */
function groupTiles(columns: i32): i32 {
  const tile = (columns >> 5) * <i32>TILE_BLOCK_BYTES;
  return max(1, min(MOST_TILES, GROUP_BYTES / max(1, tile)));
}

export function tiledScratchBytes(columns: i32): usize {
  const tiles = <usize>groupTiles(columns);
  return CHUNK_BYTES + tiles * SUMS_BYTES + tiles * <usize>(columns >> 5) * TILE_BLOCK_BYTES;
}

export function matmulTiled(
  type: i32, packed: usize, rowStart: i32, rowEnd: i32, columns: i32,
  activations: usize, tokens: i32, y: usize, yStride: usize, scratch: usize,
): void {
  const most = groupTiles(columns);
  const sums = scratch + CHUNK_BYTES;
  const spread = sums + <usize>most * SUMS_BYTES;
  const tileBytes = <usize>(columns >> 5) * TILE_BLOCK_BYTES;
  for (let first = 0; first < tokens; first += most * TILE_TOKENS) {
    const present = min(most * TILE_TOKENS, tokens - first);
    const tiles = (present + TILE_TOKENS - 1) / TILE_TOKENS;
    for (let tile = 0; tile < tiles; tile++) {
      const token = first + tile * TILE_TOKENS;
      const vectors = activations + <usize>token * activationBytes(columns);
      spreadTile(type, vectors, min(TILE_TOKENS, tokens - token), columns, spread + <usize>tile * tileBytes, scratch);
    }
    for (let row = rowStart; row < rowEnd; row += PANEL) {
      const panel = packed + <usize>(row / PANEL) * panelBytes(type, columns);
      addPanel(type, panel, columns, spread, tiles, sums, scratch);
      for (let tile = 0; tile < tiles; tile++) {
        const token = first + tile * TILE_TOKENS;
        const count = min(TILE_TOKENS, tokens - token);
        const out = y + <usize>token * yStride + <usize>row * 4;
        storeTile(sums + <usize>tile * SUMS_BYTES, count, rowEnd - row, out, yStride, hasOffset(type));
      }
    }
  }
}

function addPanel(type: i32, panel: usize, columns: i32, spread: usize, tiles: i32, sums: usize, chunk: usize): void {
  const blocks = columns >> 5;
  const direct = isDirect(type);
  // A cell of 32 columns has its scales as floats, and they come with its weights.
  const inPlace = direct && type != Q4_K;
  const stride: usize = inPlace ? cellBytes(type) : SCALES_BYTES;
  clearSums(sums, tiles);
  for (let first = 0; first < blocks; first += CHUNK) {
    const count = min(CHUNK, blocks - first);
    const cell = cellOf(type, panel, first);
    const scales = inPlace ? cell : chunk;
    if (!inPlace) unpackCells(type, cell, count, chunk, !direct);
    for (let tile = 0; tile < tiles; tile++) {
      const x = spread + (<usize>tile * <usize>blocks + <usize>first) * TILE_BLOCK_BYTES;
      const tileSums = sums + <usize>tile * SUMS_BYTES;
      if (direct) addDirectTile(type, cell, scales, stride, x, count, tileSums);
      else addTile(chunkWeights(chunk), scales, x, count, tileSums);
      if (hasOffset(type)) addOffsetTile(scales, stride, x, count, tileSums);
    }
  }
}
