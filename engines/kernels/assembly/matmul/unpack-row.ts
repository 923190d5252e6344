import { widen } from './floats/widen';
import { PANEL, panelBytes } from './layout';
import { CHUNK, SCALES_BYTES, WEIGHTS_BYTES, chunkWeights, offsetsAt } from './tiled/chunk';
import { cellOf, unpackCells } from './tiled/unpack';
import { BF16, F16, F32, hasOffset, isFloat } from './weight-type';
import { columnOfWord } from './words';

/** Row `row` as floats (section 5.4). */
export function unpackRow(type: i32, packed: usize, row: i32, columns: i32, out: usize, scratch: usize): void {
  const panel = packed + <usize>(row / PANEL) * panelBytes(type, columns);
  const lane = row % PANEL;
  if (isFloat(type)) unpackFloatRow(type, panel, lane, columns, out, scratch);
  else unpackBlockRow(type, panel, lane, columns, out, scratch);
}

function unpackFloatRow(type: i32, panel: usize, lane: usize, columns: i32, out: usize, scratch: usize): void {
  for (let i = 0; i < columns; i++) {
    if (type == F32) {
      store<u32>(out, load<u32>(panel + 4 * lane));
      panel += 32;
    } else {
      widen(type, panel, 1, scratch);
      store<u32>(out, load<u32>(scratch + 4 * lane));
      panel += 16;
    }
    out += 4;
  }
}

function unpackBlockRow(type: i32, panel: usize, lane: usize, columns: i32, out: usize, scratch: usize): void {
  const blocks = columns >> 5;
  const offsets = hasOffset(type);
  for (let first = 0; first < blocks; first += CHUNK) {
    const count = min(CHUNK, blocks - first);
    unpackCells(type, cellOf(type, panel, first), count, scratch);
    let scales = scratch + 4 * lane;
    let weights = chunkWeights(scratch) + 4 * lane;
    for (let b = 0; b < count; b++) {
      const scale = load<f32>(scales);
      const offset: f32 = offsets ? load<f32>(offsetsAt(scales)) : 0;
      for (let k = 0; k < 16; k++) {
        const at = out + 4 * <usize>columnOfWord(k);
        storeValue(at, scale, load<i16>(weights + 32 * <usize>k), offset, offsets);
        storeValue(at + 8, scale, load<i16>(weights + 32 * <usize>k, 2), offset, offsets);
      }
      scales += SCALES_BYTES;
      weights += WEIGHTS_BYTES;
      out += 128;
    }
  }
}

@inline
function storeValue(at: usize, scale: f32, integer: i32, offset: f32, offsets: bool): void {
  const value = scale * <f32>integer;
  store<f32>(at, offsets ? value + offset : value);
}
