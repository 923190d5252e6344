/*
 * Activations as integers (section 6.1). A vector of `columns` becomes, with n = columns / 32:
 * n scales e, n products e * t, then the integers: 40 bytes for each block.
 */

const SMALLEST_NORMAL: u32 = 0x00800000;
const INFINITE: u32 = 0x7f800000;

/** Bytes of one quantised vector. A multiple of 8. */
export function activationBytes(columns: i32): usize {
  return <usize>(columns >> 5) * 40;
}

@inline
export function scalesOf(vector: usize): usize { return vector; }

@inline
export function scaledSumsOf(vector: usize, columns: i32): usize { return vector + <usize>(columns >> 5) * 4; }

@inline
export function integersOf(vector: usize, columns: i32): usize { return vector + <usize>(columns >> 5) * 8; }

/** `tokens` vectors of floats at `x`, one after the other, into as many quantised vectors at `out`. */
export function quantise(x: usize, out: usize, columns: i32, tokens: i32): void {
  const blocks = columns >> 5;
  for (let token = 0; token < tokens; token++) {
    let scale = scalesOf(out);
    let scaledSum = scaledSumsOf(out, columns);
    let integers = integersOf(out, columns);
    for (let b = 0; b < blocks; b++) {
      quantiseBlock(x, scale, scaledSum, integers);
      x += 128;
      scale += 4;
      scaledSum += 4;
      integers += 32;
    }
    out += activationBytes(columns);
  }
}

@inline
function quantiseBlock(x: usize, scale: usize, scaledSum: usize, integers: usize): void {
  const e = greatest(x) / 127;
  const bits = reinterpret<u32>(e);
  if (bits >= INFINITE || bits < SMALLEST_NORMAL) {
    // An infinite or NaN scale makes every output NaN, whatever the integers are.
    const kept: f32 = bits >= INFINITE ? f32.NaN : 0;
    store<f32>(scale, kept);
    store<f32>(scaledSum, kept);
    v128.store(integers, i32x4.splat(0));
    v128.store(integers, i32x4.splat(0), 16);
    return;
  }
  const inverse = f32x4.splat(1 / e);
  const a = i16x8.narrow_i32x4_s(whole(x, inverse), whole(x + 16, inverse));
  const b = i16x8.narrow_i32x4_s(whole(x + 32, inverse), whole(x + 48, inverse));
  const c = i16x8.narrow_i32x4_s(whole(x + 64, inverse), whole(x + 80, inverse));
  const d = i16x8.narrow_i32x4_s(whole(x + 96, inverse), whole(x + 112, inverse));
  v128.store(integers, i8x16.narrow_i16x8_s(a, b));
  v128.store(integers, i8x16.narrow_i16x8_s(c, d), 16);
  const pairs = i16x8.add(i16x8.add(a, b), i16x8.add(c, d));
  const sums = i32x4.dot_i16x8_s(pairs, i16x8.splat(1));
  const t =
    i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  store<f32>(scale, e);
  store<f32>(scaledSum, e * <f32>t);
}

/** 1.5 * 2^23: what is added to it is rounded to an integer, ties to even, which then stands in its low bits. */
const ROUNDER: i32 = 0x4b400000;

/** At most 127 in magnitude, so that narrowing keeps it. */
@inline
function whole(x: usize, inverse: v128): v128 {
  const rounder = i32x4.splat(ROUNDER);
  return i32x4.sub(f32x4.add(f32x4.mul(v128.load(x), inverse), rounder), rounder);
}

/** The greatest magnitude of 32 floats, NaN where one is NaN: as integers, magnitudes have the order of their floats. */
@inline
function greatest(x: usize): f32 {
  let most = magnitudes(x);
  // @each v 1..7
  most = i32x4.max_s(most, magnitudes(x + 16 * $v));
  // @end
  most = i32x4.max_s(most, i8x16.shuffle(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  most = i32x4.max_s(most, i8x16.shuffle(most, most, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  return f32x4.extract_lane(most, 0);
}

@inline
function magnitudes(x: usize): v128 { return f32x4.abs(v128.load(x)); }
