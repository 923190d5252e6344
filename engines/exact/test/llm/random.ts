/** Pseudo-random numbers for tests: the same on every machine. */
export interface Random {
  /** 0 to `below` - 1. */
  integer(below: number): number;
  /** Binary32 from -1 to 1. */
  float(): number;
  floats(length: number, scale?: number): Float32Array;
  bytes(length: number): Uint8Array;
}

/** Mulberry32. */
export function createRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const float = (): number => Math.fround(next() / 2 ** 31 - 1);
  return {
    integer: (below) => next() % below,
    float,
    floats: (length, scale = 1) => Float32Array.from({ length }, () => float() * scale),
    bytes: (length) => Uint8Array.from({ length }, () => next() & 255),
  };
}
