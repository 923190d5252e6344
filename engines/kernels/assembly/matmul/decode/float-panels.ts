import { fromHalves, halfFactor, halfMask } from '../floats/widen';
import { panelBytes } from '../layout';
import { BF16, F16, F32 } from '../weight-type';
import { ROW_SUMS_BYTES } from './scales';

/*
 * One token with one panel of eight rows of float weights, or with four at once (section 6.3). A column of a panel is
 * two vectors of floats, or one of halves: rows 0 to 3 in the lower, 4 to 7 in the upper halves of its lanes.
 */

@inline
function lowRows(type: i32, v: v128, mask: v128, factor: v128): v128 {
  if (type == BF16) return i32x4.shl(v, 16);
  return type == F16 ? fromHalves(i32x4.shl(v, 16), mask, factor) : v;
}

@inline
function highRows(type: i32, column: usize, v: v128, mask: v128, factor: v128): v128 {
  if (type == BF16) return v128.and(v, mask);
  return type == F16 ? fromHalves(v, mask, factor) : v128.load(column, 16);
}

// @each n 1 4
// @each type,bytes F32,32 F16,16 BF16,16

/** `x`: the activations; `sums`: 64 bytes a panel. */
export function add_$type_To$n(panel: usize, columns: i32, x: usize, sums: usize): void {
  const stride = panelBytes($type, columns);
  const mask = $type == F16 ? halfMask() : i32x4.splat(0xffff0000);
  const factor = halfFactor();
  // @each p 1..$n
  let column$p = panel + ($p - 1) * stride;
  // @end
  for (let left = columns; left > 0; left -= 32) {
    // @each p 1..$n
    let low$p = f32x4.splat(0);
    let high$p = f32x4.splat(0);
    // @end
    let end = x + 4 * <usize>(min(left, 32) & ~3);
    for (; x < end; x += 16) {
      // @each i 0..3
      const x$i = v128.load32_splat(x, 4 * $i);
      // @each p 1..$n
      const v$p_$i = v128.load(column$p, $i * $bytes);
      low$p = f32x4.add(low$p, f32x4.mul(lowRows($type, v$p_$i, mask, factor), x$i));
      high$p = f32x4.add(high$p, f32x4.mul(highRows($type, column$p + $i * $bytes, v$p_$i, mask, factor), x$i));
      // @end
      // @end
      // @each p 1..$n
      column$p += 4 * $bytes;
      // @end
    }
    // What is left of a short last block.
    end += left < 32 ? 4 * <usize>(left & 3) : 0;
    for (; x < end; x += 4) {
      const word = v128.load32_splat(x);
      // @each p 1..$n
      const v$p = v128.load(column$p);
      low$p = f32x4.add(low$p, f32x4.mul(lowRows($type, v$p, mask, factor), word));
      high$p = f32x4.add(high$p, f32x4.mul(highRows($type, column$p, v$p, mask, factor), word));
      column$p += $bytes;
      // @end
    }
    // @each p 1..$n
    addPart(sums + ($p - 1) * ROW_SUMS_BYTES, low$p, high$p);
    // @end
  }
}
// @end
// @end

@inline
function addPart(sums: usize, low: v128, high: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), low));
  v128.store(sums, f32x4.add(v128.load(sums, 16), high), 16);
}
