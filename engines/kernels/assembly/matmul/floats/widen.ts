import { BF16, F16 } from '../weight-type';

/** A panel's columns of halves, as floats of rows 0 to 7. Exact: those of a matrix that was packed are finite. */
export function widen(type: i32, column: usize, columns: i32, out: usize): void {
  const mask = halfMask();
  const factor = halfFactor();
  const end = column + 16 * <usize>columns;
  for (; column < end; column += 16) {
    const v = v128.load(column);
    if (type == F16) {
      v128.store(out, fromHalves(i32x4.shl(v, 16), mask, factor));
      v128.store(out, fromHalves(v, mask, factor), 16);
    } else {
      v128.store(out, i32x4.shl(v, 16));
      v128.store(out, v128.and(v, i32x4.splat(0xffff0000)), 16);
    }
    out += 32;
  }
}

/** Floats of the upper halves of lanes: with three bits of exponent more before them, they are the float times 2^-112. */
@inline
export function fromHalves(v: v128, mask: v128, factor: v128): v128 {
  return f32x4.mul(v128.and(i32x4.shr_s(v, 3), mask), factor);
}

/* Taken out of loops by who calls: hosts make a constant anew at each use. */

@inline
export function halfMask(): v128 { return i32x4.splat(0x8fffe000); }

@inline
export function halfFactor(): v128 { return f32x4.splat(reinterpret<f32>(0x77800000)); }
