import type { DecoderDescription } from '../../graph/decoder-description.ts';
import { sinCos64 } from '../../reference/math/double.ts';
import { ropeFrequencies } from '../../reference/rope.ts';

/** Positions whose rows are made at once. */
const RANGE = 64;

/** Cosines and sines of positions (section 8.1), made when they are first needed. */
export interface RopeTable {
  /** Writes the cosines of a position's pairs, then their sines. */
  write(position: number, to: Float32Array, at: number): void;
}

export function createRopeTable(
  d: Pick<DecoderDescription, 'ropeDimensions' | 'ropeBase' | 'ropeFactor'>,
  divisors?: Float32Array,
): RopeTable {
  const frequencies = ropeFrequencies({
    dimensions: d.ropeDimensions,
    base: d.ropeBase,
    factor: d.ropeFactor,
    ...(divisors ? { divisors } : {}),
  });
  const width = 2 * frequencies.length;
  const ranges = new Map<number, Float32Array>();

  function rangeOf(index: number): Float32Array {
    const known = ranges.get(index);
    if (known) return known;
    const made = new Float32Array(RANGE * width);
    for (let i = 0; i < RANGE; i++) {
      frequencies.forEach((frequency, pair) => {
        const { sin, cos } = sinCos64((index * RANGE + i) * frequency);
        made[i * width + pair] = cos;
        made[i * width + frequencies.length + pair] = sin;
      });
    }
    ranges.set(index, made);
    return made;
  }

  return {
    write(position, to, at) {
      const from = (position % RANGE) * width;
      to.set(rangeOf(Math.floor(position / RANGE)).subarray(from, from + width), at);
    },
  };
}
