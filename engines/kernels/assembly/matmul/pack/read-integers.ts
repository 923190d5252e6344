import { Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0 } from '../weight-type';

/*
 * The integers of 32 weights as they lie in a file's block (sections 5.2 and 5.3), as bytes in the order of columns:
 * signed in Q8_0, in all others from 0, before the type's 8, 16 or 32 is taken away.
 */

/** Block `j` of 32 (0 in types with blocks of 32) of the file's block at `source`, into 32 bytes at `out`. */
@inline
export function readIntegers(type: i32, source: usize, j: i32, out: usize): void {
  switch (type) {
    case Q8_0:
      v128.store(out, v128.load(source, 2));
      v128.store(out, v128.load(source, 18), 16);
      return;
    case Q4_0: return readFours(source + 2, out);
    case Q4_1: return readFours(source + 4, out);
    case Q5_0:
      readFours(source + 6, out);
      return addFives(load<u32>(source, 2), out);
    case Q5_1:
      readFours(source + 8, out);
      return addFives(load<u32>(source, 4), out);
    case Q4_K: return readFoursK(source + 16, j, out);
    case Q5_K:
      readFoursK(source + 48, j, out);
      return addBits(source + 16, j, out);
    case Q6_K: return readSixes(source, j, out);
  }
}

@inline
function lowFours(bytes: v128): v128 { return v128.and(bytes, i8x16.splat(15)); }

/** Low halves of 16 bytes are columns 0 to 15, high halves 16 to 31. */
function readFours(source: usize, out: usize): void {
  const bytes = v128.load(source);
  v128.store(out, lowFours(bytes));
  v128.store(out, i8x16.shr_u(bytes, 4), 16);
}

/** Bit i of `fives` is worth 16 in column i. */
function addFives(fives: u32, out: usize): void {
  const bits = i32x4.splat(fives);
  const each = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  for (let half: usize = 0; half < 2; half++) {
    const spread = i8x16.swizzle(
      bits,
      i8x16.add(i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1), i8x16.splat(2 * <i8>half)),
    );
    const on = i8x16.eq(v128.and(spread, each), each);
    const at = out + 16 * half;
    v128.store(at, v128.or(v128.load(at), v128.and(on, i8x16.splat(16))));
  }
}

/** Blocks 2k and 2k + 1 are the low and the high halves of 32 bytes. */
function readFoursK(source: usize, j: i32, out: usize): void {
  const at = source + 32 * <usize>(j >> 1);
  const shift = (j & 1) << 2;
  v128.store(out, lowFours(i8x16.shr_u(v128.load(at), shift)));
  v128.store(out, lowFours(i8x16.shr_u(v128.load(at, 16), shift)), 16);
}

/** Bit j of byte i is worth 16 in column i. */
function addBits(source: usize, j: i32, out: usize): void {
  for (let at: usize = 0; at < 32; at += 16) {
    const bit = v128.and(i8x16.shr_u(v128.load(source + at), j), i8x16.splat(1));
    v128.store(out + at, v128.or(v128.load(out + at), i8x16.shl(bit, 4)));
  }
}

function readSixes(source: usize, j: i32, out: usize): void {
  const side = <usize>(j >> 2);
  const quarter = j & 3;
  const low = source + side * 64 + 32 * <usize>(quarter & 1);
  const high = source + 128 + side * 32;
  for (let at: usize = 0; at < 32; at += 16) {
    const four = lowFours(i8x16.shr_u(v128.load(low + at), (quarter >> 1) << 2));
    const two = v128.and(i8x16.shr_u(v128.load(high + at), quarter << 1), i8x16.splat(3));
    v128.store(out + at, v128.or(four, i8x16.shl(two, 4)));
  }
}
