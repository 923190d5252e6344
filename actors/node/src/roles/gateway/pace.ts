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
  /** The time to the first word for each character that was read before it. */
  readonly characterMs?: number | undefined;
}

const NAMES = ['firstMs', 'tokenMs', 'runMs', 'characterMs'] as const;
/** Milliseconds, as far as they are known. */
export type Averages = { readonly [name in (typeof NAMES)[number]]?: number };

/** How quick one worker is with one kind of run: moving averages that fade while nothing new is measured. */
export class Pace {
  #averages: Averages = {};
  #at = Number.NEGATIVE_INFINITY;

  /** @param now milliseconds of a clock that never goes back */
  note(times: RunTimes, now: number): void {
    const next: { -readonly [name in keyof Averages]: Averages[name] } = { ...this.known(now) };
    for (const name of NAMES) {
      const ms = times[name];
      if (ms !== undefined) next[name] = (next[name] ?? ms) * (1 - NEWEST) + ms * NEWEST;
    }
    this.#averages = next;
    this.#at = now;
  }

  /** What was measured; nothing where that is too long ago. */
  known(now: number): Averages {
    return now - this.#at > FORGOTTEN_MS ? {} : this.#averages;
  }

  /** What is to be hoped for now: what was measured, the less the longer ago it was. */
  at(now: number): Averages {
    const share = 2 ** (-(now - this.#at) / HALF_LIFE_MS);
    return Object.fromEntries(Object.entries(this.known(now)).map(([name, ms]) => [name, ms * share]));
  }
}
