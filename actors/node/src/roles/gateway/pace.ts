import type { Measured } from '@isobit/network';

/** Weight of the newest run in an average. */
const NEWEST = 0.25;
/** Time after which a measurement counts half: a worker that was slow is hoped to be quicker, and tried again. */
export const HALF_LIFE_MS = 120_000;
/** Time after which it counts nothing. */
export const FORGOTTEN_MS = 600_000;

/** One run that ended, in milliseconds; a member is absent where it did not come so far. */
export interface RunTimes {
  readonly firstMs?: number | undefined;
  readonly tokenMs?: number | undefined;
  readonly runMs?: number | undefined;
}

type Averages = Pick<Measured, 'firstMs' | 'tokenMs' | 'runMs'>;
const NAMES = ['firstMs', 'tokenMs', 'runMs'] as const;

/** How quick one worker is with one kind of run: moving averages that fade while nothing new is measured. */
export class Pace {
  #averages: Averages = {};
  #at = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of a clock that never goes back */
  note(times: RunTimes, now: number): void {
    const known = now - this.#at > FORGOTTEN_MS ? {} : this.#averages;
    const next: { -readonly [name in keyof Averages]: Averages[name] } = { ...known };
    for (const name of NAMES) {
      const ms = times[name];
      if (ms !== undefined) next[name] = (next[name] ?? ms) * (1 - NEWEST) + ms * NEWEST;
    }
    this.#averages = next;
    this.#at = now;
  }

  /** What is to be expected now; nothing where too long ago something was measured. */
  at(now: number): Averages {
    const age = now - this.#at;
    if (age > FORGOTTEN_MS) return {};
    const share = 2 ** (-age / HALF_LIFE_MS);
    return Object.fromEntries(Object.entries(this.#averages).map(([name, ms]) => [name, ms * share]));
  }
}
