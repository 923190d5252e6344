import { decodeScratchBytes, matmulDecode } from './decode/matmul-decode';
import { FLOAT_SCRATCH, matmulFloats } from './floats/matmul-floats';
import { matmulTiled, tiledScratchBytes } from './tiled/matmul-tiled';
import { isFloat } from './weight-type';

export { packedBytes } from './layout';
export { pack } from './pack/pack';
export { activationBytes, quantise } from './quantise';
export { unpackRow } from './unpack-row';

/** Bytes that `scratch` of the other functions has; each thread has its own, at a multiple of 64. */
export function scratchBytes(columns: i32): usize {
  return max(FLOAT_SCRATCH, max(tiledScratchBytes(columns), decodeScratchBytes(columns)));
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
  if (tokens == 1) matmulDecode(type, packed, rowStart, rowEnd, columns, activations, y, scratch);
  else if (isFloat(type)) matmulFloats(type, packed, rowStart, rowEnd, columns, activations, tokens, y, yStride, scratch);
  else matmulTiled(type, packed, rowStart, rowEnd, columns, activations, tokens, y, yStride, scratch);
}
