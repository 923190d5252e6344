import { exp64, log64, sinCos64 } from './math/double.ts';
import { add, mul, sub } from './math/f32.ts';

/** Which two values turn together: neighbours, or the same place in the two halves. */
export type RopeOrder = 'adjacent' | 'halves';

export interface RopeOptions {
  /** Values of a head that turn: even, from the first on. */
  readonly dimensions: number;
  /** Binary32 of at least 1. */
  readonly base: number;
  /** Linear scaling: positions are divided by it. 1 without. */
  readonly factor: number;
  /** Divisors of the frequencies, one a pair (`rope_freqs.weight`); all 1 without. */
  readonly divisors?: Float32Array;
}

/** Angle of pair `i` for one position, in binary64 (section 8.1). */
export function ropeFrequencies({ dimensions, base, factor, divisors }: RopeOptions): number[] {
  const logBase = log64(base);
  return Array.from({ length: dimensions / 2 }, (_, i) => {
    const frequency = exp64(-(((2 * i) / dimensions) * logBase)) / factor;
    return divisors ? frequency / (divisors[i] as number) : frequency;
  });
}

/** Cosine and sine of each pair at one position, rounded to binary32. */
export function ropeRow(frequencies: readonly number[], position: number): { cos: number; sin: number }[] {
  return frequencies.map((frequency) => {
    const { sin, cos } = sinCos64(position * frequency);
    return { sin: Math.fround(sin), cos: Math.fround(cos) };
  });
}

/** Turns one head in place (section 8.2). */
export function rotate(
  head: Float32Array,
  row: readonly { cos: number; sin: number }[],
  order: RopeOrder,
): void {
  row.forEach(({ cos, sin }, i) => {
    const [a, b] = order === 'adjacent' ? [2 * i, 2 * i + 1] : [i, i + row.length];
    const [x, y] = [head[a] as number, head[b] as number];
    head[a] = sub(mul(x, cos), mul(y, sin));
    head[b] = add(mul(x, sin), mul(y, cos));
  });
}
