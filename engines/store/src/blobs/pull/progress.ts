import type { Source } from './source.ts';

/** How far a pull is. */
export interface PullProgress {
  /** Verified and kept, in bytes, with those of earlier attempts. */
  readonly bytes: number;
  readonly total: number;
  /** Bytes per second over the last seconds. */
  readonly rate: number;
  /** What each source has given in this attempt, in bytes. */
  readonly sources: readonly { readonly name: string; readonly bytes: number }[];
}

/** Time over which the rate is averaged, in milliseconds. */
const WINDOW_MS = 3_000;

export interface Meter {
  /** Bytes that were there already. */
  found(bytes: number): void;
  came(source: Source, bytes: number): void;
  /** Bytes that came in this attempt. */
  readonly fetched: number;
}

export function createMeter(
  total: number,
  onProgress: ((progress: PullProgress) => void) | undefined,
): Meter {
  const bySource = new Map<string, number>();
  const samples: { at: number; bytes: number }[] = [{ at: performance.now(), bytes: 0 }];
  let there = 0;
  let fetched = 0;
  const rate = (): number => {
    const at = performance.now();
    samples.push({ at, bytes: fetched });
    while (samples.length > 2 && at - (samples[1]?.at ?? at) > WINDOW_MS) samples.shift();
    const [first] = samples;
    return first && at > first.at ? ((fetched - first.bytes) * 1_000) / (at - first.at) : 0;
  };
  const report = (): void =>
    onProgress?.({
      bytes: there + fetched,
      total,
      rate: rate(),
      sources: [...bySource].map(([name, bytes]) => ({ name, bytes })),
    });
  return {
    found(bytes) {
      there = bytes;
      report();
    },
    came({ name }, bytes) {
      fetched += bytes;
      bySource.set(name, (bySource.get(name) ?? 0) + bytes);
      report();
    },
    get fetched() {
      return fetched;
    },
  };
}
