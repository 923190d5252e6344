import { PLAIN_SCRATCH, matmulPlain, packPlain, packedPlain, unpackPlain } from './plain';

export { activationBytes, quantise } from './quantise';

/** Bytes of a packed matrix. It lies at a multiple of 64. */
export function packedBytes(type: i32, rows: i32, columns: i32): usize {
  return packedPlain(type, rows, columns);
}

/** Bytes that `scratch` of the other functions has; each thread has its own, at a multiple of 64. */
export function scratchBytes(columns: i32): usize {
  return PLAIN_SCRATCH;
}

/**
 * Takes `count` rows, as they lie in the file at `source`, into the matrix at `target`. `firstRow` is a multiple of
 * 8; so is `count`, unless it ends the matrix. Each row is packed once, in any order.
 *
 * Returns -1, or the first row with a weight, scale or offset that is infinite or NaN: the matrix is then useless.
 */
export function pack(
  type: i32, source: usize, target: usize, rows: i32, columns: i32, firstRow: i32, count: i32, scratch: usize,
): i32 {
  return packPlain(type, source, target, columns, firstRow, count, scratch);
}

/** Row `row` as floats (section 5.4). */
export function unpackRow(type: i32, packed: usize, row: i32, columns: i32, out: usize, scratch: usize): void {
  unpackPlain(type, packed, row, columns, out, scratch);
}

/**
 * Rows `rowStart` to `rowEnd` - 1 of `y = W x` for each of `tokens` vectors: row r of token t is the float at
 * `y + t * yStride + 4 * r`. `rowStart` is a multiple of 8; so is `rowEnd`, unless it ends the matrix. `activations`
 * holds vectors as `quantise` wrote them, or for float types `columns` floats each, one after the other.
 */
export function matmul(
  type: i32, packed: usize, rowStart: i32, rowEnd: i32, columns: i32,
  activations: usize, tokens: i32, y: usize, yStride: usize, scratch: usize,
): void {
  matmulPlain(type, packed, rowStart, rowEnd, columns, activations, tokens, y, yStride, scratch);
}
