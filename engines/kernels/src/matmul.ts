import type { Shape } from './functions.ts';

/**
 * The matrix products (profile-llm-exact-1 sections 5 and 6). Everything lies in the memory that the host placed:
 * parameters named for what they point to are byte addresses, at multiples of 64 unless said otherwise. Nothing is
 * allocated, nothing is kept between calls. `type` is a number of `weightTypeIds`; `columns` is a multiple of the
 * type's block.
 */
export interface MatmulFunctions {
  /** Bytes of a packed matrix: at most 1.25 times its bytes in the file (for small matrices of few rows, more). */
  packedBytes(type: number, rows: number, columns: number): number;
  /** Bytes of `scratch` for matrices of so many columns. Each thread has its own; between calls it may be overwritten. */
  scratchBytes(columns: number): number;
  /**
   * Takes `count` rows, as they lie in the file at `source` (at any address), into the packed matrix at `target`.
   * `firstRow` is a multiple of 8; so is `count`, unless it ends the matrix. Rows may come in any order, each once.
   *
   * @returns -1, or the first row with a weight, scale or offset that is infinite or NaN (`MODEL_WEIGHTS`)
   */
  pack(
    type: number,
    source: number,
    target: number,
    rows: number,
    columns: number,
    firstRow: number,
    count: number,
    scratch: number,
  ): number;
  /** Row `row` as `columns` floats at `out` (at a multiple of 4): an embedding look-up (section 5.4). */
  unpackRow(type: number, packed: number, row: number, columns: number, out: number, scratch: number): void;
  /** Bytes of one quantised vector; `tokens` of them lie one after the other. */
  activationBytes(columns: number): number;
  /** `tokens` vectors of `columns` floats at `x`, one after the other, quantised at `out` (section 6.1). */
  quantise(x: number, out: number, columns: number, tokens: number): void;
  /**
   * Rows `rowStart` to `rowEnd` - 1 of the product with each of `tokens` vectors: row r of token t is the float at
   * `y + t * yStride + 4 * r`, `yStride` in bytes, y at any multiple of 4. `rowStart` is a multiple of 8; so is
   * `rowEnd`, unless it ends the matrix: threads take ranges of rows. `activations` is what `quantise` wrote, or for
   * float types `columns` floats a token, one token after the other.
   */
  matmul(
    type: number,
    packed: number,
    rowStart: number,
    rowEnd: number,
    columns: number,
    activations: number,
    tokens: number,
    y: number,
    yStride: number,
    scratch: number,
  ): void;
}

export const matmulShapes: { readonly [K in keyof MatmulFunctions]: Shape } = {
  packedBytes: 'iiip',
  scratchBytes: 'ip',
  pack: 'ippiiiipi',
  unpackRow: 'ipiippv',
  activationBytes: 'ip',
  quantise: 'ppiiv',
  matmul: 'ipiiipipppv',
};
