import { type WeightType, weightTypes } from '../reference/weights/weight-type.ts';

/** Where a block's halves lie that scale it. */
const halves: Record<Exclude<WeightType, 'F32' | 'BF16'>, readonly number[]> = {
  F16: [0],
  Q8_0: [0],
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q5_1: [0, 2],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
};

/** One block in so many has scales that are subnormal as halves; one float in so many is subnormal. */
const RARE = 9;

/** Sign and fraction of 16 bits, with another exponent: about `2^exponent`, or subnormal. */
function half(bits: number, exponent: number, subnormal: boolean): number {
  return (bits & 0x83ff) | (subnormal ? 0 : (exponent + 15) << 10);
}

function bfloat(bits: number, exponent: number, subnormal: boolean): number {
  return (bits & 0x807f) | (subnormal ? 0 : (exponent + 127) << 7);
}

/** Words without end, the same everywhere: a linear congruence whose upper half is taken. */
export function createWords(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state >>> 16;
  };
}

/** Weights as a file holds them, subnormal ones among them. */
export function knownWeights(type: WeightType, elements: number, word: () => number): Uint8Array {
  const block = weightTypes[type];
  const bytes = new Uint8Array((elements / block.elements) * block.bytes);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 2 <= bytes.length; at += 2) view.setUint16(at, word(), true);
  for (let at = 0, i = 0; at < bytes.length; at += block.bytes, i++) {
    const subnormal = i % RARE === RARE - 1;
    if (type === 'F32') view.setUint16(at + 2, bfloat(view.getUint16(at + 2, true), -2, subnormal), true);
    else if (type === 'BF16') view.setUint16(at, bfloat(view.getUint16(at, true), -2, subnormal), true);
    else {
      const exponent = type === 'F16' ? -2 : -9;
      for (const place of halves[type])
        view.setUint16(at + place, half(view.getUint16(at + place, true), exponent, subnormal), true);
    }
  }
  return bytes;
}
