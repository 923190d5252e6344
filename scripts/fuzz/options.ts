import { parseArgs } from 'node:util';

export const USAGE = `Usage: node scripts/launch.mjs scripts/fuzz.ts [OPTIONS] [PART...]

Feeds damaged input to every decoder that a test/*.fuzz.ts names. PART picks targets by a part of "file name".

  --seconds N     time for each target (5)
  --count N       inputs for each target at most
  --seed N        repeats a run; printed at its start
  --replay FILE   runs the one target that PART picks on the hex in FILE`;

export interface FuzzOptions {
  readonly seconds: number;
  readonly count: number;
  readonly seed: number;
  readonly replay?: string;
  readonly parts: readonly string[];
}

/** @throws Error with a line for the user */
export function parseOptions(args: readonly string[], now: number): FuzzOptions {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { seconds: text, count: text, seed: text, replay: text },
  });
  const number = (name: 'seconds' | 'count' | 'seed', otherwise: number): number => {
    const given = values[name];
    if (given === undefined) return otherwise;
    const value = Number(given);
    if (given.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
    throw new Error(`--${name} wants a number that is not negative, not "${given}"`);
  };
  return {
    seconds: number('seconds', 5),
    count: number('count', Number.MAX_SAFE_INTEGER),
    seed: number('seed', now % 2 ** 32),
    ...(values.replay ? { replay: values.replay } : {}),
    parts: positionals,
  };
}
