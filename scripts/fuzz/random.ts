/** A small generator of numbers that a seed repeats (mulberry32). Good enough to vary inputs, for nothing else. */
export interface Random {
  /** An integer from 0 to n - 1; 0 where n is 0. */
  below(n: number): number;
  pick<T>(list: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (n: number): number => (n > 0 ? next() % n : 0);
  return { below, pick: (list) => list[below(list.length)] as (typeof list)[number] };
}

/** A seed of its own for each name, so that a target meets the same inputs whatever runs beside it. */
export function seedFor(seed: number, name: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  return hash;
}
