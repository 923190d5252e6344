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
} as const;

export const CONTROL_BYTES = 64;

export const COMMANDS = { end: 0, run: 1 } as const;

/** The threads that compute one pass together, as one of them sees it. */
export interface Team {
  /** 0 to `threads` - 1. */
  readonly thread: number;
  readonly threads: number;
  /** Waits until every thread is here: what they wrote before, all read after. */
  barrier(): void;
}

/** A team of one. */
export const alone: Team = { thread: 0, threads: 1, barrier: () => undefined };

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
