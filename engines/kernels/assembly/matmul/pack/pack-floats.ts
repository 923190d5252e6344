import { halfIsFinite } from '../half';
import { BF16, F16, F32, blockBytes } from '../weight-type';

/** One row of floats or halves into lane `row` of a panel. False where a weight is infinite or NaN. */
export function packFloatRow(type: i32, source: usize, columns: i32, panel: usize, row: usize): bool {
  const size = <usize>blockBytes(type);
  let finite = true;
  // Halves of rows r and r + 4 share a lane.
  panel += type == F32 ? 4 * row : ((row & 3) << 2) + ((row >> 2) << 1);
  for (let i = 0; i < columns; i++) {
    if (type == F32) {
      const bits = load<u32>(source);
      finite = finite && (bits & 0x7f800000) != 0x7f800000;
      store<u32>(panel, bits);
    } else {
      const bits = <u32>load<u16>(source);
      finite = finite && (type == F16 ? halfIsFinite(bits) : (bits & 0x7f80) != 0x7f80);
      store<u16>(panel, bits);
    }
    source += size;
    panel += 8 * size;
  }
  return finite;
}
