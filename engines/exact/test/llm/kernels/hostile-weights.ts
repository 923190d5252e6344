import { type WeightType, weightTypes } from '../../../src/llm/reference/index.ts';
import type { Random } from '../random.ts';
import { randomWeights } from '../random-model.ts';

/** Where a block of the file keeps its halves. */
const halves: Partial<Record<WeightType, readonly number[]>> = {
  Q4_1: [0, 2],
  Q5_1: [0, 2],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
};

/** Zero, negative zero, the least and greatest subnormal, the greatest half, one. */
const EDGES = [0x0000, 0x8000, 0x0001, 0x83ff, 0x7bff, 0xfbff, 0x3c00];
/** The like as the upper halves of floats. */
const FLOAT_EDGES = [0x0000, 0x8000, 0x0001, 0x807f, 0x7f7f, 0xff7f, 0x3f80];

/** Random weights as a file holds them, with extreme scales and weights among them; all of them finite. */
export function hostileWeights(random: Random, type: WeightType, elements: number): Uint8Array {
  const bytes = randomWeights(random, type, elements);
  const view = new DataView(bytes.buffer);
  const { bytes: size, elements: width } = weightTypes[type];
  const edge = (list: readonly number[]) => list[random.integer(list.length)] as number;
  for (let start = 0; start < bytes.length; start += size) {
    if (random.integer(width === 1 ? 16 : 4) > 0) continue;
    if (type === 'F32') view.setUint16(start + 2, edge(FLOAT_EDGES), true);
    else if (type === 'BF16') view.setUint16(start, edge(FLOAT_EDGES), true);
    else for (const at of halves[type] ?? [0]) view.setUint16(start + at, edge(EDGES), true);
  }
  return bytes;
}
