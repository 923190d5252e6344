/*
 * Weights of one block of 32 columns of eight rows, from the vectors of a cell (pack/place.ts) into the sixteen words
 * of an unpacked block. Each as the integer that the profile multiplies.
 */

/** A pair of vectors: rows 0 to 3 and 4 to 7. */
const PAIR: usize = 32;

@inline
function storeWord(out: usize, k: usize, weights: v128): void { v128.store(out + PAIR * k, weights); }

export function unpackEights(vectors: usize, out: usize): void {
  for (let half: usize = 0; half < 32; half += 16) {
    for (let s: usize = 0; s < 8; s++) {
      const v = v128.load(vectors + half + PAIR * s);
      const k = ((s & 4) << 1) + (s & 3);
      storeWord(out + half, k, i16x8.shr_s(i16x8.shl(v128.xor(v, i16x8.splat(128)), 8), 8));
      storeWord(out + half, k + 4, i16x8.shr_s(v, 8));
    }
  }
}

/** Less `less`. */
@inline
export function unpackFours(vectors: usize, less: i16, out: usize): void {
  const mask = i16x8.splat(15);
  const bias = i16x8.splat(less);
  for (let at: usize = 0; at < 128; at += 16) {
    const v = v128.load(vectors + at);
    storeWord(out + at, 0, i16x8.sub(v128.and(v, mask), bias));
    storeWord(out + at, 4, i16x8.sub(v128.and(i16x8.shr_u(v, 4), mask), bias));
    storeWord(out + at, 8, i16x8.sub(v128.and(i16x8.shr_u(v, 8), mask), bias));
    storeWord(out + at, 12, i16x8.sub(i16x8.add(i16x8.shr_s(v, 12), i16x8.splat(8)), bias));
  }
}

/** Less `less`. */
@inline
export function unpackFives(vectors: usize, less: i16, out: usize): void {
  const mask = i16x8.splat(31);
  const bias = i16x8.splat(less);
  for (let at: usize = 0; at < 160; at += 16) {
    const v = v128.load(vectors + at);
    storeWord(out + at, 0, i16x8.sub(v128.and(v, mask), bias));
    storeWord(out + at, 5, i16x8.sub(v128.and(i16x8.shr_u(v, 5), mask), bias));
    storeWord(out + at, 10, i16x8.sub(i16x8.shr_u(v, 10), bias));
  }
  // Each 32 bits hold row l in the low and row l + 4 in the high half; a row's two weights are five bits apart.
  const last = v128.load(vectors + 160);
  const first = i16x8.sub(v128.and(last, mask), bias);
  const second = i16x8.sub(i16x8.shr_u(last, 5), bias);
  const low = v128.and(first, i32x4.splat(0xffff));
  const high = v128.andnot(second, i32x4.splat(0xffff));
  storeWord(out, 15, v128.or(low, i32x4.shl(second, 16)));
  storeWord(out + 16, 15, v128.or(i32x4.shr_u(first, 16), high));
}

/** Times the rows' factors: eight bytes for the first 16 columns, eight for the last. */
export function unpackSixes(factors: usize, vectors: usize, out: usize): void {
  const mask = i16x8.splat(63);
  const bias = i16x8.splat(32);
  const flipped = i16x8.splat(-0x8000);
  for (let group: usize = 0; group < 2; group++) {
    const each = v128.load8x8_s(factors);
    const lower = i8x16.shuffle(each, each, 0, 1, 0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7);
    unpackSixteen(vectors, lower, mask, bias, flipped, out);
    const upper = i8x16.shuffle(each, each, 8, 9, 8, 9, 10, 11, 10, 11, 12, 13, 12, 13, 14, 15, 14, 15);
    unpackSixteen(vectors + 16, upper, mask, bias, flipped, out + 16);
    factors += 8;
    vectors += 3 * PAIR;
    out += 8 * PAIR;
  }
}

/** 16 columns of four rows. Topmost bits lie flipped. */
@inline
function unpackSixteen(vectors: usize, factors: v128, mask: v128, bias: v128, flipped: v128, out: usize): void {
  const a = v128.load(vectors);
  const b = v128.load(vectors, PAIR);
  const c = v128.load(vectors, 2 * PAIR);
  storeWord(out, 0, factored(v128.and(a, mask), bias, factors));
  storeWord(out, 1, factored(v128.and(i16x8.shr_u(a, 6), mask), bias, factors));
  storeWord(out, 2, factored(v128.and(b, mask), bias, factors));
  storeWord(out, 3, factored(v128.and(i16x8.shr_u(b, 6), mask), bias, factors));
  storeWord(out, 4, factored(v128.and(c, mask), bias, factors));
  storeWord(out, 5, factored(v128.and(i16x8.shr_u(c, 6), mask), bias, factors));
  const six = i16x8.shr_u(v128.xor(a, flipped), 12);
  const seven = i16x8.shr_u(v128.xor(b, flipped), 12);
  // Two bits each: of the sixth word the lower ones.
  const top = i16x8.shr_u(v128.xor(c, flipped), 12);
  const topOfSix = i16x8.shr_u(i16x8.shl(top, 14), 10);
  const topOfSeven = i16x8.shl(i16x8.shr_u(top, 2), 4);
  storeWord(out, 6, factored(v128.or(six, topOfSix), bias, factors));
  storeWord(out, 7, factored(v128.or(seven, topOfSeven), bias, factors));
}

@inline
function factored(six: v128, bias: v128, factors: v128): v128 { return i16x8.mul(i16x8.sub(six, bias), factors); }
