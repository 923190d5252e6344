import { concatBytes } from '@isobit/core';
import { floatToHalf, type WeightType } from '../../src/llm/reference/index.ts';
import { throughHalf } from '../../src/llm/reference/math/half.ts';

/*
 * A plain quantiser for tests: trained weights in any of the profile's types, by rounding to the nearest. Published
 * files are made with more care; what is compared here is how two engines read the same bytes.
 */

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
const half = (value: number): Uint8Array =>
  new Uint8Array(Uint16Array.of(floatToHalf(Math.fround(value))).buffer);
const rounded = (value: number): number => throughHalf(Math.fround(value));
const steps = (value: number, scale: number): number => (scale === 0 ? 0 : Math.round(value / scale));

/** Two numbers of four bits a byte: i in the low half, i + 16 in the high one. */
const nibbles = (q: readonly number[]): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, i) => ((q[i] as number) & 15) | (((q[i + 16] as number) & 15) << 4));

/** The fifth bits of 32 numbers. */
const fifths = (q: readonly number[]): Uint8Array => {
  const bits = q.reduce((sum, value, i) => sum | ((value >> 4) << i), 0) >>> 0;
  return new Uint8Array(Uint32Array.of(bits).buffer);
};

type Quantiser = (x: readonly number[]) => Uint8Array;

/** A scale alone: `least` is the number that the greatest weight takes, as ggml chooses it. */
const symmetric =
  (least: number, pack: (q: readonly number[]) => Uint8Array): Quantiser =>
  (x) => {
    const far = x.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const d = rounded(far / least);
    const q = x.map((value) => clamp(steps(value, d) - least, 0, -2 * least - 1));
    return concatBytes(half(d), pack(q));
  };

const withOffset =
  (most: number, pack: (q: readonly number[]) => Uint8Array): Quantiser =>
  (x) => {
    const m = rounded(Math.min(...x));
    const d = rounded((Math.max(...x) - m) / most);
    return concatBytes(half(d), half(m), pack(x.map((value) => clamp(steps(value - m, d), 0, most))));
  };

const q8: Quantiser = (x) => {
  const d = rounded(Math.max(...x.map(Math.abs)) / 127);
  return concatBytes(
    half(d),
    new Uint8Array(Int8Array.from(x, (value) => clamp(steps(value, d), -127, 127)).buffer),
  );
};

/** Q4_K and Q5_K: eight blocks, each with a scale and an offset of six bits. */
const blocksOf256 =
  (most: 15 | 31): Quantiser =>
  (x) => {
    const blocks = Array.from({ length: 8 }, (_, j) => x.slice(32 * j, 32 * j + 32));
    const offsets = blocks.map((block) => Math.max(0, -Math.min(...block)));
    const scales = blocks.map((block, j) => (Math.max(...block) + (offsets[j] as number)) / most);
    const [D, M] = [rounded(Math.max(...scales) / 63), rounded(Math.max(...offsets) / 63)];
    const S = scales.map((scale) => clamp(steps(scale, D), 0, 63));
    const N = offsets.map((offset) => clamp(steps(offset, M), 0, 63));
    const q = blocks.map((block, j) =>
      block.map((value) => clamp(steps(value + M * (N[j] as number), D * (S[j] as number)), 0, most)),
    );
    const low = new Uint8Array(128);
    const high = new Uint8Array(32);
    for (const [j, block] of q.entries())
      for (const [i, value] of block.entries()) {
        const at = 32 * (j >> 1) + i;
        low[at] = (low[at] as number) | ((value & 15) << (4 * (j & 1)));
        high[i] = (high[i] as number) | ((value >> 4) << j);
      }
    return concatBytes(half(D), half(M), sixBits(S, N), ...(most === 31 ? [high] : []), low);
  };

function sixBits(S: readonly number[], N: readonly number[]): Uint8Array {
  const b = new Uint8Array(12);
  for (let j = 0; j < 4; j++) {
    const [s, n] = [S[j + 4] as number, N[j + 4] as number];
    b[j] = (S[j] as number) | ((s >> 4) << 6);
    b[j + 4] = (N[j] as number) | ((n >> 4) << 6);
    b[j + 8] = (s & 15) | ((n & 15) << 4);
  }
  return b;
}

const q6k: Quantiser = (x) => {
  const groups = Array.from({ length: 16 }, (_, g) => x.slice(16 * g, 16 * g + 16));
  const scales = groups.map((group) => Math.max(...group.map(Math.abs)) / 31);
  const d = rounded(Math.max(...scales) / 127);
  const F = scales.map((scale) => clamp(steps(scale, d), 0, 127));
  const low = new Uint8Array(128);
  const high = new Uint8Array(64);
  for (const [at, value] of x.entries()) {
    const q = clamp(steps(value, d * (F[at >> 4] as number)), -32, 31) + 32;
    const [j, i] = [at >> 5, at & 31];
    const [a, u] = [j >> 2, j & 3];
    const place = 64 * a + 32 * (u & 1) + i;
    low[place] = (low[place] as number) | ((q & 15) << (4 * (u >> 1)));
    high[32 * a + i] = (high[32 * a + i] as number) | ((q >> 4) << (2 * u));
  }
  return concatBytes(low, high, Uint8Array.from(F), half(d));
};

const quantisers: Readonly<Partial<Record<WeightType, { readonly block: number; readonly of: Quantiser }>>> =
  {
    F32: { block: 1, of: ([x]) => new Uint8Array(Float32Array.of(x as number).buffer) },
    F16: { block: 1, of: ([x]) => half(x as number) },
    BF16: { block: 1, of: ([x]) => new Uint8Array(Float32Array.of(x as number).buffer).slice(2) },
    Q8_0: { block: 32, of: q8 },
    Q4_0: { block: 32, of: symmetric(-8, nibbles) },
    Q5_0: { block: 32, of: symmetric(-16, (q) => concatBytes(fifths(q), nibbles(q))) },
    Q4_1: { block: 32, of: withOffset(15, nibbles) },
    Q5_1: { block: 32, of: withOffset(31, (q) => concatBytes(fifths(q), nibbles(q))) },
    Q4_K: { block: 256, of: blocksOf256(15) },
    Q5_K: { block: 256, of: blocksOf256(31) },
    Q6_K: { block: 256, of: q6k },
  };

/** Whether rows of so many columns can be of the type. */
export const fits = (type: WeightType, columns: number): boolean =>
  columns % (quantisers[type]?.block ?? 1) === 0;

/** Weights as the bytes of a type. */
export function quantiseWeights(type: WeightType, weights: Float32Array): Uint8Array {
  const quantiser = quantisers[type];
  if (!quantiser) throw new Error(`no quantiser for ${type}`);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < weights.length; at += quantiser.block)
    parts.push(quantiser.of(Array.from(weights.subarray(at, at + quantiser.block))));
  return concatBytes(...parts);
}
