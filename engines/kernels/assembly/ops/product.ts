/*
 * Small matrix products of attention: c[r][j] = sum over ascending i of a[r][i] * b[i][j], one accumulator each.
 * Lanes are columns j. Rows of a are 64 floats apart, and i ends at 64.
 */

export const A_ROW: usize = 256;

/** Sums begin at +0. */
export const FRESH: i32 = 0;
/** Sums go on from what c holds. */
export const GO_ON: i32 = 1;
/** Sums begin at +0, and c becomes c * keep[r] + sum. */
export const KEEP: i32 = 2;

// @ts-expect-error: decorator
@inline
export function begin(c: usize, mode: i32): v128 {
  return mode == GO_ON ? v128.load(c) : f32x4.splat(0);
}

// @ts-expect-error: decorator
@inline
export function end(c: usize, sum: v128, keep: v128, mode: i32): void {
  v128.store(c, mode == KEEP ? f32x4.add(f32x4.mul(v128.load(c), keep), sum) : sum);
}

// @ts-expect-error: decorator
@inline
export function multiply(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

// @ts-expect-error: decorator
@inline
export function keepAt(keep: usize, row: usize, mode: i32): v128 {
  return mode == KEEP ? v128.load_splat<f32>(keep + (row << 2)) : f32x4.splat(0);
}

// @ts-expect-error: decorator
function rows4(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s00 = begin(c, mode);
  let s01 = begin(c + 16, mode);
  let s10 = begin(c1, mode);
  let s11 = begin(c1 + 16, mode);
  let s20 = begin(c2, mode);
  let s21 = begin(c2 + 16, mode);
  let s30 = begin(c3, mode);
  let s31 = begin(c3 + 16, mode);
  const stop = a + ((k as usize) << 2);
  while (a < stop) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a);
    s00 = multiply(s00, a0, b0);
    s01 = multiply(s01, a0, b1);
    const a1 = v128.load_splat<f32>(a, A_ROW);
    s10 = multiply(s10, a1, b0);
    s11 = multiply(s11, a1, b1);
    const a2 = v128.load_splat<f32>(a, 2 * A_ROW);
    s20 = multiply(s20, a2, b0);
    s21 = multiply(s21, a2, b1);
    const a3 = v128.load_splat<f32>(a, 3 * A_ROW);
    s30 = multiply(s30, a3, b0);
    s31 = multiply(s31, a3, b1);
    a += 4;
    b += bRow;
  }
  const k0 = keepAt(keep, 0, mode);
  end(c, s00, k0, mode);
  end(c + 16, s01, k0, mode);
  const k1 = keepAt(keep, 1, mode);
  end(c1, s10, k1, mode);
  end(c1 + 16, s11, k1, mode);
  const k2 = keepAt(keep, 2, mode);
  end(c2, s20, k2, mode);
  end(c2 + 16, s21, k2, mode);
  const k3 = keepAt(keep, 3, mode);
  end(c3, s30, k3, mode);
  end(c3 + 16, s31, k3, mode);
}

// @ts-expect-error: decorator
function rows3(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  let s00 = begin(c, mode);
  let s01 = begin(c + 16, mode);
  let s10 = begin(c1, mode);
  let s11 = begin(c1 + 16, mode);
  let s20 = begin(c2, mode);
  let s21 = begin(c2 + 16, mode);
  const stop = a + ((k as usize) << 2);
  while (a < stop) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a);
    s00 = multiply(s00, a0, b0);
    s01 = multiply(s01, a0, b1);
    const a1 = v128.load_splat<f32>(a, A_ROW);
    s10 = multiply(s10, a1, b0);
    s11 = multiply(s11, a1, b1);
    const a2 = v128.load_splat<f32>(a, 2 * A_ROW);
    s20 = multiply(s20, a2, b0);
    s21 = multiply(s21, a2, b1);
    a += 4;
    b += bRow;
  }
  const k0 = keepAt(keep, 0, mode);
  end(c, s00, k0, mode);
  end(c + 16, s01, k0, mode);
  const k1 = keepAt(keep, 1, mode);
  end(c1, s10, k1, mode);
  end(c1 + 16, s11, k1, mode);
  const k2 = keepAt(keep, 2, mode);
  end(c2, s20, k2, mode);
  end(c2 + 16, s21, k2, mode);
}

// @ts-expect-error: decorator
function row1(a: usize, b: usize, bRow: usize, c: usize, k: i32, keep: usize, mode: i32): void {
  let s0 = begin(c, mode);
  let s1 = begin(c + 16, mode);
  const stop = a + ((k as usize) << 2);
  while (a < stop) {
    const a0 = v128.load_splat<f32>(a);
    s0 = multiply(s0, a0, v128.load(b));
    s1 = multiply(s1, a0, v128.load(b, 16));
    a += 4;
    b += bRow;
  }
  const k0 = keepAt(keep, 0, mode);
  end(c, s0, k0, mode);
  end(c + 16, s1, k0, mode);
}

/** One row and 32 columns: as many sums at once as hide the latency of an addition. */
// @ts-expect-error: decorator
function row1Wide(a: usize, b: usize, bRow: usize, c: usize, k: i32, keep: usize, mode: i32): void {
  let s0 = begin(c, mode);
  let s1 = begin(c + 16, mode);
  let s2 = begin(c + 32, mode);
  let s3 = begin(c + 48, mode);
  let s4 = begin(c + 64, mode);
  let s5 = begin(c + 80, mode);
  let s6 = begin(c + 96, mode);
  let s7 = begin(c + 112, mode);
  const stop = a + ((k as usize) << 2);
  while (a < stop) {
    const a0 = v128.load_splat<f32>(a);
    s0 = multiply(s0, a0, v128.load(b));
    s1 = multiply(s1, a0, v128.load(b, 16));
    s2 = multiply(s2, a0, v128.load(b, 32));
    s3 = multiply(s3, a0, v128.load(b, 48));
    s4 = multiply(s4, a0, v128.load(b, 64));
    s5 = multiply(s5, a0, v128.load(b, 80));
    s6 = multiply(s6, a0, v128.load(b, 96));
    s7 = multiply(s7, a0, v128.load(b, 112));
    a += 4;
    b += bRow;
  }
  const k0 = keepAt(keep, 0, mode);
  end(c, s0, k0, mode);
  end(c + 16, s1, k0, mode);
  end(c + 32, s2, k0, mode);
  end(c + 48, s3, k0, mode);
  end(c + 64, s4, k0, mode);
  end(c + 80, s5, k0, mode);
  end(c + 96, s6, k0, mode);
  end(c + 112, s7, k0, mode);
}

/** Two rows and 16 columns. */
// @ts-expect-error: decorator
function rows2(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
  const c1 = c + cRow;
  let s00 = begin(c, mode);
  let s01 = begin(c + 16, mode);
  let s02 = begin(c + 32, mode);
  let s03 = begin(c + 48, mode);
  let s10 = begin(c1, mode);
  let s11 = begin(c1 + 16, mode);
  let s12 = begin(c1 + 32, mode);
  let s13 = begin(c1 + 48, mode);
  const stop = a + ((k as usize) << 2);
  while (a < stop) {
    const a0 = v128.load_splat<f32>(a);
    const a1 = v128.load_splat<f32>(a, A_ROW);
    const b0 = v128.load(b);
    s00 = multiply(s00, a0, b0);
    s10 = multiply(s10, a1, b0);
    const b1 = v128.load(b, 16);
    s01 = multiply(s01, a0, b1);
    s11 = multiply(s11, a1, b1);
    const b2 = v128.load(b, 32);
    s02 = multiply(s02, a0, b2);
    s12 = multiply(s12, a1, b2);
    const b3 = v128.load(b, 48);
    s03 = multiply(s03, a0, b3);
    s13 = multiply(s13, a1, b3);
    a += 4;
    b += bRow;
  }
  const k0 = keepAt(keep, 0, mode);
  end(c, s00, k0, mode);
  end(c + 16, s01, k0, mode);
  end(c + 32, s02, k0, mode);
  end(c + 48, s03, k0, mode);
  const k1 = keepAt(keep, 1, mode);
  end(c1, s10, k1, mode);
  end(c1 + 16, s11, k1, mode);
  end(c1 + 32, s12, k1, mode);
  end(c1 + 48, s13, k1, mode);
}

/**
 * @param bRow bytes from row to row of b, of c: cRow
 * @param columns a multiple of 8
 * @param k at most 64
 * @param keep a float for each row, in mode KEEP
 */
// @ts-expect-error: decorator
export function product(
  a: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize,
  rows: i32,
  columns: i32,
  k: i32,
  keep: usize,
  mode: i32,
): void {
  const wide = (columns as usize) << 2;
  let row = 0;
  while (row < rows) {
    const left = rows - row;
    if (left >= 4 || left == 3) {
      for (let j: usize = 0; j < wide; j += 32) {
        if (left == 3) rows3(a, b + j, bRow, c + j, cRow, k, keep, mode);
        else rows4(a, b + j, bRow, c + j, cRow, k, keep, mode);
      }
    } else if (left == 2) {
      let j: usize = 0;
      for (; j + 64 <= wide; j += 64) rows2(a, b + j, bRow, c + j, cRow, k, keep, mode);
      for (; j < wide; j += 32) {
        row1(a, b + j, bRow, c + j, k, keep, mode);
        row1(a + A_ROW, b + j, bRow, c + cRow + j, k, keep + 4, mode);
      }
    } else {
      let j: usize = 0;
      for (; j + 128 <= wide; j += 128) row1Wide(a, b + j, bRow, c + j, k, keep, mode);
      for (; j < wide; j += 32) row1(a, b + j, bRow, c + j, k, keep, mode);
    }
    const step = min(left, 4);
    row += step;
    a += (step as usize) * A_ROW;
    c += (step as usize) * cRow;
    keep += (step as usize) << 2;
  }
}
