import { halfIsFinite, halfToFloat } from './half';
import { READ_BYTES, factorOf, hasOffset, integerOf, offsetOf, readBlock, scaleOf } from './file-block';
import { activationBytes, integersOf, scaledSumsOf, scalesOf } from './quantise';
import { BF16, F16, isFloat, rowBytes } from './weight-type';

/* One weight after the other, from rows as they lie in the file: what types without a faster kernel use. */

export function packedPlain(type: i32, rows: i32, columns: i32): usize {
  return ((<usize>rows * rowBytes(type, columns)) + 15) & ~15;
}

/** -1, or the first row with a weight or scale that is infinite or NaN. */
export function packPlain(type: i32, source: usize, target: usize, columns: i32, firstRow: i32, count: i32, scratch: usize): i32 {
  const bytes = rowBytes(type, columns);
  for (let row = 0; row < count; row++) {
    if (!finiteRow(type, source + <usize>row * bytes, columns, scratch)) return firstRow + row;
  }
  memory.copy(target + <usize>firstRow * bytes, source, <usize>count * bytes);
  return -1;
}

function finiteRow(type: i32, row: usize, columns: i32, scratch: usize): bool {
  if (isFloat(type)) {
    for (let i = 0; i < columns; i++) {
      if ((reinterpret<u32>(weightAt(type, row, i)) & 0x7f800000) == 0x7f800000) return false;
      if (type == F16 && !halfIsFinite(load<u16>(row + 2 * <usize>i))) return false;
    }
    return true;
  }
  for (let j = 0; j < columns >> 5; j++) {
    if (!readBlock(type, row, j, scratch)) return false;
  }
  return true;
}

@inline
function weightAt(type: i32, row: usize, i: i32): f32 {
  if (type == F16) return halfToFloat(load<u16>(row + 2 * <usize>i));
  if (type == BF16) return reinterpret<f32>(<u32>load<u16>(row + 2 * <usize>i) << 16);
  return load<f32>(row + 4 * <usize>i);
}

export function unpackPlain(type: i32, packed: usize, row: i32, columns: i32, out: usize, scratch: usize): void {
  const source = packed + <usize>row * rowBytes(type, columns);
  if (isFloat(type)) {
    for (let i = 0; i < columns; i++) store<f32>(out + 4 * <usize>i, weightAt(type, source, i));
    return;
  }
  const offsets = hasOffset(type);
  for (let j = 0; j < columns >> 5; j++) {
    readBlock(type, source, j, scratch);
    for (let i = 0; i < 32; i++) {
      // As an integer: 0 times a negative factor is +0.
      const integer = integerOf(scratch, i) * factorOf(scratch, i >> 4);
      const value = scaleOf(scratch) * <f32>integer;
      store<f32>(out, offsets ? value + offsetOf(scratch) : value);
      out += 4;
    }
  }
}

export function matmulPlain(
  type: i32, packed: usize, rowStart: i32, rowEnd: i32, columns: i32,
  activations: usize, tokens: i32, y: usize, yStride: usize, scratch: usize,
): void {
  const floats = isFloat(type);
  const stride = floats ? <usize>columns * 4 : activationBytes(columns);
  for (let row = rowStart; row < rowEnd; row++) {
    const source = packed + <usize>row * rowBytes(type, columns);
    for (let token = 0; token < tokens; token++) {
      const vector = activations + <usize>token * stride;
      const value = floats ? dotFloats(type, source, columns, vector) : dotBlocks(type, source, columns, vector, scratch);
      store<f32>(y + <usize>token * yStride + <usize>row * 4, value);
    }
  }
}

/** Section 6.3. */
function dotFloats(type: i32, row: usize, columns: i32, x: usize): f32 {
  let total: f32 = 0;
  for (let start = 0; start < columns; start += 32) {
    const end = min(start + 32, columns);
    let part: f32 = 0;
    for (let i = start; i < end; i++) part += weightAt(type, row, i) * load<f32>(x + 4 * <usize>i);
    total += part;
  }
  return total;
}

/** Section 6.2. */
function dotBlocks(type: i32, row: usize, columns: i32, x: usize, block: usize): f32 {
  const offsets = hasOffset(type);
  let total: f32 = 0;
  let offset: f32 = 0;
  for (let j = 0; j < columns >> 5; j++) {
    readBlock(type, row, j, block);
    const integers = integersOf(x, columns) + 32 * <usize>j;
    let low = 0;
    let high = 0;
    for (let i = 0; i < 16; i++) low += integerOf(block, i) * <i32>load<i8>(integers + i);
    for (let i = 16; i < 32; i++) high += integerOf(block, i) * <i32>load<i8>(integers + i);
    const n = low * factorOf(block, 0) + high * factorOf(block, 1);
    total += (scaleOf(block) * load<f32>(scalesOf(x) + 4 * <usize>j)) * <f32>n;
    if (offsets) offset += offsetOf(block) * load<f32>(scaledSumsOf(x, columns) + 4 * <usize>j);
  }
  return offsets ? total + offset : total;
}

/** What `scratch` holds here. */
export const PLAIN_SCRATCH: i32 = READ_BYTES;
