import { BF16, F16 } from '../weight-type';

/** `count` halves (a multiple of 8) as floats. Exact: those of a matrix that was packed are finite. */
export function widen(type: i32, halves: usize, count: i32, out: usize): void {
  const end = halves + 2 * <usize>count;
  while (halves < end) {
    const v = v128.load(halves);
    v128.store(out, type == F16 ? fromHalves(i32x4.extend_low_i16x8_s(v)) : i32x4.shl(i32x4.extend_low_i16x8_u(v), 16));
    v128.store(out, type == F16 ? fromHalves(i32x4.extend_high_i16x8_s(v)) : i32x4.shl(i32x4.extend_high_i16x8_u(v), 16), 16);
    halves += 16;
    out += 32;
  }
}

/** The bits shifted by 13 are the float times 2^-112; the sign has been extended to the top. */
@inline
function fromHalves(bits: v128): v128 {
  const scaled = v128.and(i32x4.shl(bits, 13), i32x4.splat(0x8fffffff));
  return f32x4.mul(scaled, f32x4.splat(reinterpret<f32>(0x77800000)));
}
