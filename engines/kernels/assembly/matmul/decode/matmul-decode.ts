import { PANEL, panelBytes } from '../layout';
import { add_BF16_To1, add_BF16_To4, add_F16_To1, add_F16_To4, add_F32_To1, add_F32_To4 } from './float-panels';
import { storeRows } from '../tiled/tile';
import { BF16, F16, F32, Q4_0, Q4_1, Q4_K, Q6_K, Q8_0, hasOffset, isFloat } from '../weight-type';
import { LOWERED_BYTES, lowerVector } from '../lowered';
import { addEightsTo1, addEightsTo4, addFivesTo1, addFivesTo4, addFoursTo1, addFoursTo4, addSixesTo1, addSixesTo4 } from './panels';
import { ROW_SUMS_BYTES } from './scales';

/* One token: panels as they are packed, four at a time. */

const SUMS_BYTES: usize = 4 * ROW_SUMS_BYTES;

export function decodeScratchBytes(columns: i32): usize {
  return SUMS_BYTES + <usize>(columns >> 5) * LOWERED_BYTES;
}

export function matmulDecode(
  type: i32, packed: usize, rowStart: i32, rowEnd: i32, columns: i32, vector: usize, y: usize, scratch: usize,
): void {
  let x = vector;
  if (!isFloat(type)) {
    x = scratch + SUMS_BYTES;
    lowerVector(type, vector, columns, x);
  }
  const bytes = panelBytes(type, columns);
  let panel = packed + <usize>(rowStart / PANEL) * bytes;
  let row = rowStart;
  while (row < rowEnd) {
    const panels = rowEnd - row > 3 * PANEL ? 4 : 1;
    memory.fill(scratch, 0, SUMS_BYTES);
    if (panels == 4) addFour(type, panel, columns, x, scratch);
    else addOne(type, panel, columns, x, scratch);
    let sums = scratch;
    for (let p = 0; p < panels; p++) {
      if (hasOffset(type)) {
        v128.store(sums, f32x4.add(v128.load(sums), v128.load(sums, 32)));
        v128.store(sums, f32x4.add(v128.load(sums, 16), v128.load(sums, 48)), 16);
      }
      storeRows(sums, rowEnd - row, y + 4 * <usize>row);
      sums += ROW_SUMS_BYTES;
      row += PANEL;
    }
    panel += <usize>panels * bytes;
  }
}

function addFour(type: i32, panel: usize, columns: i32, x: usize, sums: usize): void {
  if (type == F32) add_F32_To4(panel, columns, x, sums);
  else if (type == F16) add_F16_To4(panel, columns, x, sums);
  else if (type == BF16) add_BF16_To4(panel, columns, x, sums);
  else if (type == Q8_0) addEightsTo4(type, panel, columns, x, sums);
  else if (type == Q6_K) addSixesTo4(type, panel, columns, x, sums);
  else if (type == Q4_0 || type == Q4_1 || type == Q4_K) addFoursTo4(type, panel, columns, x, sums);
  else addFivesTo4(type, panel, columns, x, sums);
}

function addOne(type: i32, panel: usize, columns: i32, x: usize, sums: usize): void {
  if (type == F32) add_F32_To1(panel, columns, x, sums);
  else if (type == F16) add_F16_To1(panel, columns, x, sums);
  else if (type == BF16) add_BF16_To1(panel, columns, x, sums);
  else if (type == Q8_0) addEightsTo1(type, panel, columns, x, sums);
  else if (type == Q6_K) addSixesTo1(type, panel, columns, x, sums);
  else if (type == Q4_0 || type == Q4_1 || type == Q4_K) addFoursTo1(type, panel, columns, x, sums);
  else addFivesTo1(type, panel, columns, x, sums);
}
