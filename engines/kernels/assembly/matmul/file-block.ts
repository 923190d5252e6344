import { halfIsFinite, halfToFloat } from './half';
import { Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, blockBytes, blockElements } from './weight-type';

/* Reading of 32 weights as they lie in the file (sections 5.2 and 5.3): for packing, and for kernels' peers. */

@inline
function byteAt(at: usize): i32 { return <i32>load<u8>(at); }

/** Bytes of what `readBlock` writes: the integers, then scale, offset and two factors. */
export const READ_BYTES: i32 = 48;

const SCALE: usize = 32;
const OFFSET: usize = 36;
const FACTORS: usize = 40;

@inline
export function scaleOf(block: usize): f32 { return load<f32>(block, SCALE); }

@inline
export function offsetOf(block: usize): f32 { return load<f32>(block, OFFSET); }

/** Factor of weights 0 to 15 (`half` 0) or 16 to 31 (1); 1 in types without. */
@inline
export function factorOf(block: usize, half: i32): i32 { return load<i32>(block + <usize>(half * 4), FACTORS); }

@inline
export function integerOf(block: usize, i: i32): i32 { return load<i8>(block + <usize>i); }

/** Whether the type's blocks have an offset. */
export function hasOffset(type: i32): bool {
  return type == Q4_1 || type == Q5_1 || type == Q4_K || type == Q5_K;
}

/** Block `j` of 32 weights of a row at `row`, into `block`. False where a scale is infinite or NaN. */
export function readBlock(type: i32, row: usize, j: i32, block: usize): bool {
  const wide = blockElements(type) == 256;
  const source = row + <usize>(wide ? j >> 3 : j) * <usize>blockBytes(type);
  store<f32>(block, 0, OFFSET);
  store<i32>(block, 1, FACTORS);
  store<i32>(block, 1, FACTORS + 4);
  if (type == Q6_K) return readQ6K(source, j & 7, block);
  if (wide) return readOffsetK(type, source, j & 7, block);
  return read32(type, source, block);
}

function read32(type: i32, source: usize, block: usize): bool {
  const scale = load<u16>(source);
  let finite = halfIsFinite(scale);
  store<f32>(block, halfToFloat(scale), SCALE);
  let at = source + 2;
  if (hasOffset(type)) {
    const offset = load<u16>(at);
    finite = finite && halfIsFinite(offset);
    store<f32>(block, halfToFloat(offset), OFFSET);
    at += 2;
  }
  if (type == Q8_0) {
    memory.copy(block, at, 32);
    return finite;
  }
  let fives: u32 = 0;
  if (type == Q5_0 || type == Q5_1) {
    fives = load<u32>(at);
    at += 4;
  }
  const less = type == Q4_0 ? 8 : type == Q5_0 ? 16 : 0;
  for (let i = 0; i < 32; i++) {
    const byte = byteAt(at + (i & 15));
    const four = i < 16 ? byte & 15 : byte >> 4;
    store<i8>(block + i, (four | (<i32>((fives >> i) & 1) << 4)) - less);
  }
  return finite;
}

/** Q4_K and Q5_K. */
function readOffsetK(type: i32, source: usize, j: i32, block: usize): bool {
  const D = load<u16>(source);
  const M = load<u16>(source, 2);
  const b = source + 4 + j;
  let S: i32;
  let N: i32;
  if (j < 4) {
    S = byteAt(b) & 63;
    N = byteAt(b + 4) & 63;
  } else {
    S = (byteAt(b + 4) & 15) | ((byteAt(b - 4) >> 6) << 4);
    N = (byteAt(b + 4) >> 4) | ((byteAt(b) >> 6) << 4);
  }
  store<f32>(block, halfToFloat(D) * <f32>S, SCALE);
  store<f32>(block, -(halfToFloat(M) * <f32>N), OFFSET);
  const fours = source + (type == Q5_K ? 48 : 16) + (j >> 1) * 32;
  for (let i = 0; i < 32; i++) {
    const four = (byteAt(fours + i) >> ((j & 1) * 4)) & 15;
    const five = type == Q5_K ? (byteAt(source + 16 + i) >> j) & 1 : 0;
    store<i8>(block + i, four | (five << 4));
  }
  return halfIsFinite(D) && halfIsFinite(M);
}

function readQ6K(source: usize, j: i32, block: usize): bool {
  const D = load<u16>(source, 208);
  store<f32>(block, halfToFloat(D), SCALE);
  store<i32>(block, load<i8>(source + 2 * j, 192), FACTORS);
  store<i32>(block, load<i8>(source + 2 * j, 193), FACTORS + 4);
  const side = j >> 2;
  const quarter = j & 3;
  const low = source + side * 64 + (quarter & 1) * 32;
  const high = source + 128 + side * 32;
  for (let i = 0; i < 32; i++) {
    const four = (byteAt(low + i) >> ((quarter >> 1) * 4)) & 15;
    const two = (byteAt(high + i) >> (quarter * 2)) & 3;
    store<i8>(block + i, (four | (two << 4)) - 32);
  }
  return halfIsFinite(D);
}
