import { PANEL, panelBytes } from '../layout';
import { SUMS_BYTES, clearSums, storeTile } from '../tiled/tile';
import { TILE_TOKENS } from '../tiled/tile-activations';
import { F32 } from '../weight-type';
import { addFloatTile } from './tile';
import { widen } from './widen';

/* Float weights, in chunks of columns that stay in the first-level cache with the activations of a tile. */

const CHUNK_COLUMNS: i32 = 256;
const MOST_TILES: i32 = 16;
const CHUNK_BYTES: usize = <usize>CHUNK_COLUMNS * 32;

export const FLOAT_SCRATCH: usize = CHUNK_BYTES + <usize>MOST_TILES * SUMS_BYTES;

export function matmulFloats(
  type: i32, packed: usize, rowStart: i32, rowEnd: i32, columns: i32,
  x: usize, tokens: i32, y: usize, yStride: usize, scratch: usize,
): void {
  const sums = scratch + CHUNK_BYTES;
  for (let first = 0; first < tokens; first += MOST_TILES * TILE_TOKENS) {
    const present = min(MOST_TILES * TILE_TOKENS, tokens - first);
    const tiles = (present + TILE_TOKENS - 1) / TILE_TOKENS;
    for (let row = rowStart; row < rowEnd; row += PANEL) {
      clearSums(sums, tiles);
      addPanel(type, packed + <usize>(row / PANEL) * panelBytes(type, columns), columns, x, first, tokens, sums, scratch);
      for (let tile = 0; tile < tiles; tile++) {
        const token = first + tile * TILE_TOKENS;
        const out = y + <usize>token * yStride + <usize>row * 4;
        storeTile(sums + <usize>tile * SUMS_BYTES, min(TILE_TOKENS, tokens - token), rowEnd - row, out, yStride, false);
      }
    }
  }
}

/** A group of tokens from `first`. Tokens that are not there repeat the last: their sums are not stored. */
function addPanel(type: i32, panel: usize, columns: i32, x: usize, first: i32, tokens: i32, sums: usize, chunk: usize): void {
  const stride: usize = 4 * <usize>columns;
  const last = tokens - 1;
  const end = min(tokens, first + MOST_TILES * TILE_TOKENS);
  for (let column = 0; column < columns; column += CHUNK_COLUMNS) {
    const count = min(CHUNK_COLUMNS, columns - column);
    const from = panel + <usize>column * (type == F32 ? 32 : 16);
    if (type != F32) widen(type, from, count, chunk);
    const weights = type == F32 ? from : chunk;
    const at = x + 4 * <usize>column;
    let tileSums = sums;
    for (let token = first; token < end; token += TILE_TOKENS) {
      addFloatTile(
        weights,
        at + <usize>token * stride,
        at + <usize>min(token + 1, last) * stride,
        at + <usize>min(token + 2, last) * stride,
        at + <usize>min(token + 3, last) * stride,
        count,
        tileSums,
      );
      tileSums += SUMS_BYTES;
    }
  }
}
