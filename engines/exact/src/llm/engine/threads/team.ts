/** Words of the control block by which threads meet: 32-bit integers. */
export const WORDS = {
  /** Grows with each command; sleeping threads wait on it. */
  commands: 0,
  /** What to do: a member of COMMANDS. */
  command: 1,
  /** Threads that reached the barrier, and how often all of them did. */
  arrived: 2,
  passed: 3,
  /** Not 0: a thread failed, nobody waits any more. */
  failed: 4,
  /** Parts of the work between two barriers that were claimed: a word for each kind of part. */
  claimed: 8,
} as const;

/** Kinds of parts between two barriers at most: three projections of one state. */
const CLAIMS = 4;

export const CONTROL_WORDS = WORDS.claimed + CLAIMS;

export const COMMANDS = { end: 0, run: 1 } as const;

/** The threads that compute one pass together, as one of them sees it. */
export interface Team {
  /** 0 to `threads` - 1. */
  readonly thread: number;
  readonly threads: number;
  /** Waits until every thread is here: what they wrote before, all read after. */
  barrier(): void;
  /**
   * Takes parts of `total` until none is left. Between two barriers all threads together take each part of a kind
   * once, so that one which the host lets wait holds up nobody for long.
   *
   * @param kind 0 to 3
   * @param unit parts are multiples of it, but for the last
   */
  claim(kind: number, total: number, unit: number, each: (from: number, to: number) => void): void;
}

/** A team of one. */
export const alone: Team = {
  thread: 0,
  threads: 1,
  barrier: () => undefined,
  claim(_kind, total, _unit, each) {
    if (total > 0) each(0, total);
  },
};

/** Parts for each thread: more even the load, fewer read a matrix in longer rows. */
const PARTS = 4;
/** Looks at a word before sleeping: threads of a pass arrive within microseconds of each other. */
const SPINS = 4_000;
/** A sleeping thread looks for a failure from time to time. */
const LOOK_MS = 500;

/** @param words the control block, in shared memory */
export function createTeam(words: Int32Array, thread: number, threads: number): Team {
  return {
    thread,
    threads,
    barrier() {
      const round = Atomics.load(words, WORDS.passed);
      if (Atomics.add(words, WORDS.arrived, 1) === threads - 1) {
        // Nobody claims before the round is over.
        for (let kind = 0; kind < CLAIMS; kind++) Atomics.store(words, WORDS.claimed + kind, 0);
        Atomics.store(words, WORDS.arrived, 0);
        Atomics.add(words, WORDS.passed, 1);
        Atomics.notify(words, WORDS.passed);
        return;
      }
      for (let i = 0; i < SPINS; i++) if (Atomics.load(words, WORDS.passed) !== round) return;
      while (Atomics.load(words, WORDS.passed) === round) {
        if (Atomics.load(words, WORDS.failed)) throw new Error('another thread of the engine failed');
        Atomics.wait(words, WORDS.passed, round, LOOK_MS);
      }
    },
    claim(kind, total, unit, each) {
      const part = Math.ceil(total / unit / (threads * PARTS)) * unit;
      for (;;) {
        const from = Atomics.add(words, WORDS.claimed + kind, 1) * part;
        if (from >= total) return;
        each(from, Math.min(from + part, total));
      }
    },
  };
}

/**
 * The part of `total` that is this thread's, in whole units but for the last.
 *
 * @returns from and to, `to` not included
 */
export function share(total: number, unit: number, { thread, threads }: Team): readonly [number, number] {
  const units = Math.ceil(total / unit);
  const from = Math.floor((units * thread) / threads) * unit;
  const to = Math.floor((units * (thread + 1)) / threads) * unit;
  return [Math.min(from, total), Math.min(to, total)];
}
