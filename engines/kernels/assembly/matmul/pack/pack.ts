import { PANEL, panelBytes } from '../layout';
import { isFloat, rowBytes } from '../weight-type';
import { PACK_SCRATCH, packBlockRow } from './pack-blocks';
import { packFloatRow } from './pack-floats';

export { PACK_SCRATCH };

/**
 * Takes `count` rows, as they lie in the file at `source`, into the matrix at `target`. `firstRow` is a multiple of
 * 8; so is `count`, unless it ends the matrix. Each row is packed once, in any order.
 *
 * Returns -1, or the first row with a weight, scale or offset that is infinite or NaN: the matrix is then useless.
 */
export function pack(
  type: i32, source: usize, target: usize, rows: i32, columns: i32, firstRow: i32, count: i32, scratch: usize,
): i32 {
  const bytes = panelBytes(type, columns);
  for (let first = 0; first < count; first += PANEL) {
    const panel = target + <usize>((firstRow + first) / PANEL) * bytes;
    const present = min(PANEL, count - first);
    // Absent rows have zero scales, and a float type's last cell may be wider than the matrix.
    if (present < PANEL || isFloat(type)) memory.fill(panel, 0, bytes);
    for (let row = 0; row < present; row++) {
      const from = source + <usize>(first + row) * rowBytes(type, columns);
      const finite = isFloat(type)
        ? packFloatRow(type, from, columns, panel, row)
        : packBlockRow(type, from, columns, panel, row, scratch);
      if (!finite) return firstRow + first + row;
    }
  }
  return -1;
}
