/* Scales and offsets of eight rows as floats, in the order of a chunk: chunk.ts. */

/** Those of one block of a cell whose blocks have factors: D times S, and -M times N. */
@inline
export function scaleBlock(cell: usize, block: usize, out: usize): void {
  const factors = v128.load(block);
  const S = i16x8.extend_low_i8x16_u(factors);
  v128.store(out, scaled(v128.load(cell), i32x4.extend_low_i16x8_u(S)));
  v128.store(out, scaled(v128.load(cell, 16), i32x4.extend_high_i16x8_u(S)), 16);
  const N = i16x8.extend_high_i8x16_u(factors);
  v128.store(out, scaled(v128.load(cell, 32), i32x4.extend_low_i16x8_u(N)), 32);
  v128.store(out, scaled(v128.load(cell, 48), i32x4.extend_high_i16x8_u(N)), 48);
}

@inline
function scaled(floats: v128, factors: v128): v128 { return f32x4.mul(floats, f32x4.convert_i32x4_s(factors)); }

@inline
export function copyEight(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
}
