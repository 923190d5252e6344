import { Q4_0, Q4_K, Q5_0, Q5_K, Q8_0 } from '../weight-type';

/*
 * What a block of 32 columns adds to the floats of eight rows: to their sums y, 32 bytes, and to their sums of offsets
 * o, the next 32 bytes.
 */

export const ROW_SUMS_BYTES: usize = 64;

/** Bytes before a cell's first vectors, and in K types before each block's. */
@inline
export function headBytes(type: i32): usize { return type == Q8_0 || type == Q4_0 || type == Q5_0 ? 32 : 64; }

@inline
export function isWide(type: i32): bool { return type == Q4_K || type == Q5_K; }

/**
 * @param cell the cell, which begins with the eight rows' scales and offsets
 * @param block in K types the block, which begins with the bytes S and N
 */
@inline
export function addBlock(type: i32, cell: usize, block: usize, e: v128, et: v128, low: v128, high: v128, sums: usize): void {
  if (isWide(type)) {
    const S = v128.load8x8_u(block);
    const N = v128.load8x8_u(block, 8);
    addRows(sums, v128.load(cell), i32x4.extend_low_i16x8_u(S), e, low);
    addRows(sums + 16, v128.load(cell, 16), i32x4.extend_high_i16x8_u(S), e, high);
    addRowOffsets(sums + 32, v128.load(cell, 32), i32x4.extend_low_i16x8_u(N), et);
    addRowOffsets(sums + 48, v128.load(cell, 48), i32x4.extend_high_i16x8_u(N), et);
    return;
  }
  addScaled(sums, v128.load(cell), e, low);
  addScaled(sums + 16, v128.load(cell, 16), e, high);
  if (headBytes(type) == 64) {
    addOffset(sums + 32, v128.load(cell, 32), et);
    addOffset(sums + 48, v128.load(cell, 48), et);
  }
}

/** y = y + (d * e) * n for four rows. */
@inline
function addScaled(sums: usize, d: v128, e: v128, n: v128): void {
  const product = f32x4.mul(f32x4.mul(d, e), f32x4.convert_i32x4_s(n));
  v128.store(sums, f32x4.add(v128.load(sums), product));
}

@inline
function addRows(sums: usize, scales: v128, factors: v128, e: v128, n: v128): void {
  addScaled(sums, f32x4.mul(scales, f32x4.convert_i32x4_s(factors)), e, n);
}

@inline
function addRowOffsets(sums: usize, offsets: v128, factors: v128, et: v128): void {
  addOffset(sums, f32x4.mul(offsets, f32x4.convert_i32x4_s(factors)), et);
}

/** o = o + m * (e * t) for four rows. */
@inline
function addOffset(sums: usize, m: v128, et: v128): void {
  v128.store(sums, f32x4.add(v128.load(sums), f32x4.mul(m, et)));
}

/** The same for Q6_K: n is F times the sum of the first 16 columns, and of the last; both are exact as floats. */
@inline
export function addSixBlock(
  cell: usize, factors: usize, e: v128, low: v128, high: v128, secondLow: v128, secondHigh: v128, sums: usize,
): void {
  const F = v128.load8x8_s(factors);
  const G = v128.load8x8_s(factors, 8);
  const first = factored(i32x4.extend_low_i16x8_s(F), low, i32x4.extend_low_i16x8_s(G), secondLow);
  const second = factored(i32x4.extend_high_i16x8_s(F), high, i32x4.extend_high_i16x8_s(G), secondHigh);
  const y = f32x4.mul(f32x4.mul(v128.load(cell), e), first);
  const z = f32x4.mul(f32x4.mul(v128.load(cell, 16), e), second);
  v128.store(sums, f32x4.add(v128.load(sums), y));
  v128.store(sums, f32x4.add(v128.load(sums, 16), z), 16);
}

@inline
function factored(f: v128, a: v128, g: v128, b: v128): v128 {
  return f32x4.add(
    f32x4.mul(f32x4.convert_i32x4_s(f), f32x4.convert_i32x4_s(a)),
    f32x4.mul(f32x4.convert_i32x4_s(g), f32x4.convert_i32x4_s(b)),
  );
}
