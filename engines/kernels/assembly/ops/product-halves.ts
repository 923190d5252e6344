import { firstFloats, secondFloats } from './half';
import { A_ROW, begin, end, keepAt, multiply } from './product';

/*
 * The products of product.ts for one to four rows, over halves as they lie in the cache: where so few rows read them,
 * writing them down as floats first would cost as much as the product. Values are those times 2^-112.
 */

function one(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
  let s00 = begin(c, mode);
  let s01 = begin(c + 16, mode);
  let s02 = begin(c + 32, mode);
  let s03 = begin(c + 48, mode);
  let s04 = begin(c + 64, mode);
  let s05 = begin(c + 80, mode);
  let s06 = begin(c + 96, mode);
  let s07 = begin(c + 112, mode);
  const stop = a + ((k as usize) << 2);
  while (a < stop) {
    const a0 = v128.load_splat<f32>(a);
    const w0 = v128.load(b);
    const b0 = firstFloats(w0);
    s00 = multiply(s00, a0, b0);
    const b1 = secondFloats(w0);
    s01 = multiply(s01, a0, b1);
    const w1 = v128.load(b, 16);
    const b2 = firstFloats(w1);
    s02 = multiply(s02, a0, b2);
    const b3 = secondFloats(w1);
    s03 = multiply(s03, a0, b3);
    const w2 = v128.load(b, 32);
    const b4 = firstFloats(w2);
    s04 = multiply(s04, a0, b4);
    const b5 = secondFloats(w2);
    s05 = multiply(s05, a0, b5);
    const w3 = v128.load(b, 48);
    const b6 = firstFloats(w3);
    s06 = multiply(s06, a0, b6);
    const b7 = secondFloats(w3);
    s07 = multiply(s07, a0, b7);
    a += 4;
    b += bRow;
  }
  const k0 = keepAt(keep, 0, mode);
  end(c, s00, k0, mode);
  end(c + 16, s01, k0, mode);
  end(c + 32, s02, k0, mode);
  end(c + 48, s03, k0, mode);
  end(c + 64, s04, k0, mode);
  end(c + 80, s05, k0, mode);
  end(c + 96, s06, k0, mode);
  end(c + 112, s07, k0, mode);
}

function oneNarrow(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
  let s00 = begin(c, mode);
  let s01 = begin(c + 16, mode);
  const stop = a + ((k as usize) << 2);
  while (a < stop) {
    const a0 = v128.load_splat<f32>(a);
    const w0 = v128.load(b);
    const b0 = firstFloats(w0);
    s00 = multiply(s00, a0, b0);
    const b1 = secondFloats(w0);
    s01 = multiply(s01, a0, b1);
    a += 4;
    b += bRow;
  }
  const k0 = keepAt(keep, 0, mode);
  end(c, s00, k0, mode);
  end(c + 16, s01, k0, mode);
}

function two(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
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
    const w0 = v128.load(b);
    const b0 = firstFloats(w0);
    s00 = multiply(s00, a0, b0);
    s10 = multiply(s10, a1, b0);
    const b1 = secondFloats(w0);
    s01 = multiply(s01, a0, b1);
    s11 = multiply(s11, a1, b1);
    const w1 = v128.load(b, 16);
    const b2 = firstFloats(w1);
    s02 = multiply(s02, a0, b2);
    s12 = multiply(s12, a1, b2);
    const b3 = secondFloats(w1);
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

function twoNarrow(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
  const c1 = c + cRow;
  let s00 = begin(c, mode);
  let s01 = begin(c + 16, mode);
  let s10 = begin(c1, mode);
  let s11 = begin(c1 + 16, mode);
  const stop = a + ((k as usize) << 2);
  while (a < stop) {
    const a0 = v128.load_splat<f32>(a);
    const a1 = v128.load_splat<f32>(a, A_ROW);
    const w0 = v128.load(b);
    const b0 = firstFloats(w0);
    s00 = multiply(s00, a0, b0);
    s10 = multiply(s10, a1, b0);
    const b1 = secondFloats(w0);
    s01 = multiply(s01, a0, b1);
    s11 = multiply(s11, a1, b1);
    a += 4;
    b += bRow;
  }
  const k0 = keepAt(keep, 0, mode);
  end(c, s00, k0, mode);
  end(c + 16, s01, k0, mode);
  const k1 = keepAt(keep, 1, mode);
  end(c1, s10, k1, mode);
  end(c1 + 16, s11, k1, mode);
}

function three(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
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
    const w0 = v128.load(b);
    const b0 = firstFloats(w0);
    const b1 = secondFloats(w0);
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

function four(a: usize, b: usize, bRow: usize, c: usize, cRow: usize, k: i32, keep: usize, mode: i32): void {
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
    const w0 = v128.load(b);
    const b0 = firstFloats(w0);
    const b1 = secondFloats(w0);
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

/** Rows at most. */
export const FEW: i32 = 4;

/**
 * As `product`, with rows of b that are `bRow` bytes apart.
 *
 * @param rows 1 to FEW
 * @param columns a multiple of 8
 */
export function productOfHalves(
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
  let j = 0;
  if (rows == 1) for (; j + 32 <= columns; j += 32) one(a, b + at2(j), bRow, c + at4(j), cRow, k, keep, mode);
  if (rows == 2) for (; j + 16 <= columns; j += 16) two(a, b + at2(j), bRow, c + at4(j), cRow, k, keep, mode);
  for (; j < columns; j += 8) {
    if (rows == 1) oneNarrow(a, b + at2(j), bRow, c + at4(j), cRow, k, keep, mode);
    else if (rows == 2) twoNarrow(a, b + at2(j), bRow, c + at4(j), cRow, k, keep, mode);
    else if (rows == 3) three(a, b + at2(j), bRow, c + at4(j), cRow, k, keep, mode);
    else four(a, b + at2(j), bRow, c + at4(j), cRow, k, keep, mode);
  }
}

@inline
function at2(j: i32): usize {
  return (j as usize) << 1;
}

@inline
function at4(j: i32): usize {
  return (j as usize) << 2;
}
