import { PANEL, cellBytes, panelBytes } from '../layout';
import { activationBytes } from '../quantise';
import { Q4_K, hasOffset } from '../weight-type';
import { addDirectTile } from './direct-tile';
import { isDirect } from './direct-types';
import { TILE_BLOCK_BYTES, TILE_TOKENS, spreadTile } from './tile-activations';
import { SUMS_BYTES, addOffsetTile, addTile, clearSums, storeTile } from './tile';
import { CHUNK, CHUNK_BYTES, LONG_CHUNK, SCALES_BYTES, chunkWeights } from './chunk';
import { cellOf, unpackCells } from './unpack';

/*
 * Many tokens: a group of them by a group of panels. A group's activations stay in the second-level cache; a chunk of
 * a tile's and of the panels' stays in the first while each panel passes by each tile. Scales, and in some types
 * weights, are unpacked once for all tiles.
 */

const MOST_TILES: i32 = 16;
const MOST_PANELS: i32 = 4;
/** Fewer tiles wait for memory more than for a cache: their panels go one by one, as they lie, and packed weights go in long chunks. */
const MANY_TILES: i32 = 4;
const GROUP_BYTES: i32 = 512 * 1024;
const CHUNKS_BYTES: usize = <usize>MOST_PANELS * CHUNK_BYTES;

/** Tiles of a group. */
function groupTiles(columns: i32): i32 {
  const tile = (columns >> 5) * <i32>TILE_BLOCK_BYTES;
  return max(1, min(MOST_TILES, GROUP_BYTES / max(1, tile)));
}

export function tiledScratchBytes(columns: i32): usize {
  const tiles = <usize>groupTiles(columns);
  return CHUNKS_BYTES + tiles * (<usize>MOST_PANELS * SUMS_BYTES + <usize>(columns >> 5) * TILE_BLOCK_BYTES);
}

export function matmulTiled(
  type: i32, packed: usize, rowStart: i32, rowEnd: i32, columns: i32,
  activations: usize, tokens: i32, y: usize, yStride: usize, scratch: usize,
): void {
  const most = groupTiles(columns);
  const sums = scratch + CHUNKS_BYTES;
  const spread = sums + <usize>(MOST_PANELS * most) * SUMS_BYTES;
  const tileBytes = <usize>(columns >> 5) * TILE_BLOCK_BYTES;
  for (let first = 0; first < tokens; first += most * TILE_TOKENS) {
    const present = min(most * TILE_TOKENS, tokens - first);
    const tiles = (present + TILE_TOKENS - 1) / TILE_TOKENS;
    for (let tile = 0; tile < tiles; tile++) {
      const token = first + tile * TILE_TOKENS;
      const vectors = activations + <usize>token * activationBytes(columns);
      spreadTile(type, vectors, min(TILE_TOKENS, tokens - token), columns, spread + <usize>tile * tileBytes, scratch);
    }
    const together = tiles < MANY_TILES ? 1 : MOST_PANELS;
    for (let row = rowStart; row < rowEnd; row += together * PANEL) {
      const panels = min(together, (rowEnd - row + PANEL - 1) / PANEL);
      const panel = packed + <usize>(row / PANEL) * panelBytes(type, columns);
      clearSums(sums, panels * tiles);
      addPanels(type, panel, panels, columns, spread, tiles, sums, scratch);
      let at = sums;
      for (let tile = 0; tile < tiles; tile++) {
        const token = first + tile * TILE_TOKENS;
        const count = min(TILE_TOKENS, tokens - token);
        for (let p = 0; p < panels; p++) {
          const from = row + p * PANEL;
          storeTile(at, count, rowEnd - from, y + <usize>token * yStride + <usize>from * 4, yStride, hasOffset(type));
          at += SUMS_BYTES;
        }
      }
    }
  }
}

@inline
function addPanels(
  type: i32, panel: usize, panels: i32, columns: i32, spread: usize, tiles: i32, sums: usize, chunks: usize,
): void {
  const blocks = columns >> 5;
  const bytes = panelBytes(type, columns);
  const direct = isDirect(type);
  // A cell of 32 columns has its scales as floats, and they come with its weights.
  const inPlace = direct && type != Q4_K;
  const stride: usize = inPlace ? cellBytes(type) : SCALES_BYTES;
  const most = direct && tiles < MANY_TILES ? LONG_CHUNK : CHUNK;
  for (let first = 0; first < blocks; first += most) {
    const count = min(most, blocks - first);
    const cells = cellOf(type, panel, first);
    if (!direct) {
      for (let p: usize = 0; p < <usize>panels; p++) {
        unpackCells(type, cells + p * bytes, count, chunks + p * CHUNK_BYTES);
      }
    }
    let tileSums = sums;
    for (let tile = 0; tile < tiles; tile++) {
      const x = spread + (<usize>tile * <usize>blocks + <usize>first) * TILE_BLOCK_BYTES;
      for (let p: usize = 0; p < <usize>panels; p++) {
        const cell = cells + p * bytes;
        const chunk = chunks + p * CHUNK_BYTES;
        const scales = inPlace ? cell : chunk;
        if (direct) addDirectTile(type, cell, scales, stride, x, count, tileSums, tile == 0);
        else addTile(chunkWeights(chunk), scales, x, count, tileSums);
        if (hasOffset(type)) addOffsetTile(scales, stride, x, count, tileSums);
        tileSums += SUMS_BYTES;
      }
    }
  }
}
