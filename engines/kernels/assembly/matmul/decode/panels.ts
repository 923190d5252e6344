import { cellBytes, panelBytes } from '../layout';
import { Q8_0 } from '../weight-type';
import { LOWERED_BYTES, beginOf, scaleOf, scaledSumOf, secondBeginOf } from '../lowered';
import { addEights, addFives, addFours, addLast, addSixes, addSixesTop } from './dots';
import { ROW_SUMS_BYTES, addBlock, addSixBlock, headBytes, isWide } from './scales';

/*
 * One token with one panel of eight rows, or with four panels at once: their four streams keep memory busy, and each
 * word of the activations is loaded once for all.
 */

// @each n 1 4

/** Q8_0. `x`: the activations; `sums`: 64 bytes a panel. */
export function addEightsTo$n(type: i32, panel: usize, columns: i32, x: usize, sums: usize): void {
  const stride = panelBytes(type, columns);
  const end = x + <usize>(columns >> 5) * LOWERED_BYTES;
  // @each p 1..$n
  let cell$p = panel + ($p - 1) * stride;
  // @end
  for (; x < end; x += LOWERED_BYTES) {
    const begin = beginOf(x);
    // @each p 1..$n
    let low$p = begin;
    let high$p = begin;
    // @end
    // @each s 0..7
    const a$s = v128.load32_splat(x, 4 * $s);
    const b$s = v128.load32_splat(x, 32 + 4 * $s);
    // @each p 1..$n
    low$p = addEights(low$p, v128.load(cell$p, 32 + 32 * $s), a$s, b$s);
    high$p = addEights(high$p, v128.load(cell$p, 48 + 32 * $s), a$s, b$s);
    // @end
    // @end
    const e = scaleOf(x);
    // @each p 1..$n
    addBlock(Q8_0, cell$p, 0, e, e, low$p, high$p, sums + ($p - 1) * ROW_SUMS_BYTES);
    cell$p += 32 + 16 * 16;
    // @end
  }
}

/** Q4_0, Q4_1, Q4_K. */
export function addFoursTo$n(type: i32, panel: usize, columns: i32, x: usize, sums: usize): void {
  const stride = panelBytes(type, columns);
  const end = x + <usize>(columns >> 5) * LOWERED_BYTES;
  const head = headBytes(type);
  const blocks = isWide(type) ? 8 : 1;
  const before: usize = isWide(type) ? 16 : 0;
  // @each p 1..$n
  let cell$p = panel + ($p - 1) * stride;
  // @end
  while (x < end) {
    // @each p 1..$n
    let v$p = cell$p + head + before;
    // @end
    for (let j = 0; j < blocks; j++) {
      const begin = beginOf(x);
      // @each p 1..$n
      let low$p = begin;
      let high$p = begin;
      // @end
      // @each s 0..3
      const a$s = v128.load32_splat(x, 4 * $s);
      const b$s = v128.load32_splat(x, 16 + 4 * $s);
      const c$s = v128.load32_splat(x, 32 + 4 * $s);
      const d$s = v128.load32_splat(x, 48 + 4 * $s);
      // @each p 1..$n
      low$p = addFours(low$p, v128.load(v$p, 32 * $s), a$s, b$s, c$s, d$s);
      high$p = addFours(high$p, v128.load(v$p, 16 + 32 * $s), a$s, b$s, c$s, d$s);
      // @end
      // @end
      const e = scaleOf(x);
      const et = scaledSumOf(x);
      // @each p 1..$n
      addBlock(type, cell$p, v$p - 16, e, et, low$p, high$p, sums + ($p - 1) * ROW_SUMS_BYTES);
      v$p += 16 + 8 * 16;
      // @end
      x += LOWERED_BYTES;
    }
    // @each p 1..$n
    cell$p += cellBytes(type);
    // @end
  }
}

/** Q5_0, Q5_1, Q5_K. */
export function addFivesTo$n(type: i32, panel: usize, columns: i32, x: usize, sums: usize): void {
  const stride = panelBytes(type, columns);
  const end = x + <usize>(columns >> 5) * LOWERED_BYTES;
  const head = headBytes(type);
  const blocks = isWide(type) ? 8 : 1;
  const before: usize = isWide(type) ? 16 : 0;
  // @each p 1..$n
  let cell$p = panel + ($p - 1) * stride;
  // @end
  while (x < end) {
    // @each p 1..$n
    let v$p = cell$p + head + before;
    // @end
    for (let j = 0; j < blocks; j++) {
      const begin = beginOf(x);
      // @each p 1..$n
      let low$p = begin;
      let high$p = begin;
      // @end
      // @each s 0..4
      const a$s = v128.load32_splat(x, 4 * $s);
      const b$s = v128.load32_splat(x, 20 + 4 * $s);
      const c$s = v128.load32_splat(x, 40 + 4 * $s);
      // @each p 1..$n
      low$p = addFives(low$p, v128.load(v$p, 32 * $s), a$s, b$s, c$s);
      high$p = addFives(high$p, v128.load(v$p, 16 + 32 * $s), a$s, b$s, c$s);
      // @end
      // @end
      const first = v128.load32_splat(x, 60);
      const second = v128.load32_splat(x, 64);
      const upperFirst = v128.load32_splat(x, 68);
      const upperSecond = v128.load32_splat(x, 72);
      const e = scaleOf(x);
      const et = scaledSumOf(x);
      // @each p 1..$n
      const last$p = v128.load(v$p, 160);
      const shifted$p = i16x8.shr_s(last$p, 5);
      low$p = addLast(low$p, last$p, shifted$p, first, second);
      high$p = addLast(high$p, last$p, shifted$p, upperFirst, upperSecond);
      addBlock(type, cell$p, v$p - 16, e, et, low$p, high$p, sums + ($p - 1) * ROW_SUMS_BYTES);
      v$p += 16 + 11 * 16;
      // @end
      x += LOWERED_BYTES;
    }
    // @each p 1..$n
    cell$p += cellBytes(type);
    // @end
  }
}

/** Q6_K. */
export function addSixesTo$n(type: i32, panel: usize, columns: i32, x: usize, sums: usize): void {
  const stride = panelBytes(type, columns);
  const end = x + <usize>(columns >> 5) * LOWERED_BYTES;
  // @each p 1..$n
  let cell$p = panel + ($p - 1) * stride;
  // @end
  while (x < end) {
    // @each p 1..$n
    let v$p = cell$p + 32 + 16;
    // @end
    for (let j = 0; j < 8; j++) {
      // @each g 0 1
      // @each p 1..$n
      let low$p_$g = $g == 0 ? beginOf(x) : secondBeginOf(x);
      let high$p_$g = low$p_$g;
      // @end
      // @each s 0..2
      const a$g_$s = v128.load32_splat(x, 48 * $g + 4 * $s);
      const b$g_$s = v128.load32_splat(x, 48 * $g + 16 + 4 * $s);
      const c$g_$s = v128.load32_splat(x, 48 * $g + 32 + 4 * $s);
      // @end
      const d$g = v128.load32_splat(x, 48 * $g + 44);
      // @each s 0..1
      // @each p 1..$n
      low$p_$g = addSixes(low$p_$g, v128.load(v$p, 96 * $g + 32 * $s), a$g_$s, b$g_$s, c$g_$s);
      high$p_$g = addSixes(high$p_$g, v128.load(v$p, 96 * $g + 32 * $s + 16), a$g_$s, b$g_$s, c$g_$s);
      // @end
      // @end
      // @each p 1..$n
      low$p_$g = addSixesTop(low$p_$g, v128.load(v$p, 96 * $g + 64), a$g_2, b$g_2, c$g_2, d$g);
      high$p_$g = addSixesTop(high$p_$g, v128.load(v$p, 96 * $g + 80), a$g_2, b$g_2, c$g_2, d$g);
      // @end
      // @end
      const e = scaleOf(x);
      // @each p 1..$n
      addSixBlock(cell$p, v$p - 16, e, low$p_0, high$p_0, low$p_1, high$p_1, sums + ($p - 1) * ROW_SUMS_BYTES);
      v$p += 16 + 12 * 16;
      // @end
      x += LOWERED_BYTES;
    }
    // @each p 1..$n
    cell$p += cellBytes(type);
    // @end
  }
}
// @end
