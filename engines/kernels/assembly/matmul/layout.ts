import { BF16, F16, F32, Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, blockBytes, blockElements, isFloat } from './weight-type';

/*
 * Packed matrices. Rows are taken in panels of eight, so that a vector's lanes are rows and nothing is added across.
 * A panel is a row of cells, in ascending columns: each holds what 32 columns of the eight rows have (256 columns in
 * K types), scales first. The last panel is filled up with rows of zero scale.
 *
 *   Q8_0   8 d | 16 vectors                          d, m: floats
 *   Q4_0   8 d | 8 vectors
 *   Q4_1   8 d, 8 m | 8 vectors
 *   Q5_0   8 d | 11 vectors
 *   Q5_1   8 d, 8 m | 11 vectors
 *   Q4_K   8 D, 8 M | eight times: 8 S, 8 N bytes | 8 vectors
 *   Q5_K   8 D, 8 M | eight times: 8 S, 8 N bytes | 11 vectors
 *   Q6_K   8 D | eight times: 8 F, 8 F bytes | 12 vectors
 *   F32    32 columns, each the 8 rows' floats
 *   F16, BF16   32 columns, each the halves of rows 0, 4, 1, 5, 2, 6, 3, 7
 *
 * Vectors of weights stand in pairs for rows 0 to 3 and 4 to 7. What is in them, a file of `format` tells.
 */

export const PANEL: i32 = 8;

/** Columns of a cell. */
export function cellColumns(type: i32): i32 {
  return isFloat(type) ? 32 : blockElements(type);
}

/** Bytes of a cell; a multiple of 16. */
export function cellBytes(type: i32): i32 {
  switch (type) {
    case Q8_0: return 32 + 16 * 16;
    case Q4_0: return 32 + 8 * 16;
    case Q4_1: return 64 + 8 * 16;
    case Q5_0: return 32 + 11 * 16;
    case Q5_1: return 64 + 11 * 16;
    case Q4_K: return 64 + 8 * (16 + 8 * 16);
    case Q5_K: return 64 + 8 * (16 + 11 * 16);
    case Q6_K: return 32 + 8 * (16 + 12 * 16);
    case F32: return 32 * 8 * 4;
    case F16: return 32 * 8 * 2;
    case BF16: return 32 * 8 * 2;
  }
  return 0;
}

/** Bytes of a panel. A float type's last cell is whole, its missing columns zero. */
export function panelBytes(type: i32, columns: i32): usize {
  const width = cellColumns(type);
  return <usize>((columns + width - 1) / width) * <usize>cellBytes(type);
}

/** Bytes of a packed matrix. It lies at a multiple of 64. */
export function packedBytes(type: i32, rows: i32, columns: i32): usize {
  return <usize>((rows + PANEL - 1) / PANEL) * panelBytes(type, columns);
}
