import { limits } from '@isobit/core';
import type { Measured } from '@isobit/network';
import { Lru } from './lru.ts';
import { type Averages, Pace, type RunTimes } from './pace.ts';

/** Rest after a failure, doubled by each that follows, up to the longest. */
const REST_MS = 1_000;
const LONGEST_REST_MS = 60_000;
/** Longest rest that a worker which says that it is busy is given on its word. */
const LONGEST_BUSY_MS = 10_000;

/** How a job ended with a worker, as far as that says something of the worker. */
export type Ending =
  | { readonly kind: 'answered'; readonly times: RunTimes }
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'busy'; readonly retryAfterMs: number }
  /** Withdrawn, or refused for what was asked; `times` where it was slow besides. */
  | { readonly kind: 'neither'; readonly times?: RunTimes };

/** What is kept of one worker. No member tells what was asked. */
export interface WorkerRecord {
  readonly node: string;
  readonly underWay: number;
  /** Jobs by how they ended. */
  readonly ended: Readonly<Record<Ending['kind'], number>>;
  /** The time to the first word of the last job that had one, milliseconds. */
  readonly lastFirstMs: number | undefined;
}

interface Kept {
  readonly node: string;
  readonly ended: Record<Ending['kind'], number>;
  readonly paces: Lru<Pace>;
  underWay: number;
  failures: number;
  restUntil: number;
  lastFirstMs: number | undefined;
}

/** What a gateway saw of the workers that it asked, in memory. */
export class WorkerRecords {
  readonly #clock: () => number;
  readonly #kept = new Lru<Kept>(limits.routedWorkers, ({ underWay }) => underWay === 0);

  /** @param clock milliseconds that never go back */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** @param sort names what is alike: model and profile */
  measured(node: string, sort: string): Measured {
    const kept = this.#kept.peek(node);
    if (!kept) return {};
    const now = this.#clock();
    return {
      ...kept.paces.peek(sort)?.at(now),
      underWay: kept.underWay,
      isResting: now < kept.restUntil,
    };
  }

  /** What was measured of runs, and did not fade: how slow a worker is that works. */
  known(node: string, sort: string): Averages {
    return this.#kept.peek(node)?.paces.peek(sort)?.known(this.#clock()) ?? {};
  }

  /** Counts a job as under way until its end is told; once. */
  begin(node: string, sort: string): (ending: Ending) => void {
    const kept = this.#kept.get(node) ?? fresh(node);
    this.#kept.set(node, kept);
    kept.underWay++;
    return (ending) => {
      kept.underWay--;
      kept.ended[ending.kind]++;
      this.#note(kept, sort, ending);
    };
  }

  list(): WorkerRecord[] {
    return [...this.#kept.values()];
  }

  #note(kept: Kept, sort: string, ending: Ending): void {
    const now = this.#clock();
    const times = 'times' in ending ? ending.times : undefined;
    if (times) {
      const pace = kept.paces.get(sort) ?? new Pace();
      pace.note(times, now);
      kept.paces.set(sort, pace);
      kept.lastFirstMs = times.firstMs ?? kept.lastFirstMs;
    }
    if (ending.kind === 'answered') {
      kept.failures = 0;
      kept.restUntil = now;
    } else if (ending.kind === 'busy') kept.restUntil = now + Math.min(ending.retryAfterMs, LONGEST_BUSY_MS);
    else if (ending.kind === 'failed') {
      kept.restUntil = now + Math.min(REST_MS * 2 ** kept.failures, LONGEST_REST_MS);
      kept.failures++;
    }
  }
}

const fresh = (node: string): Kept => ({
  node,
  ended: { answered: 0, failed: 0, busy: 0, neither: 0 },
  paces: new Lru<Pace>(limits.routedSorts),
  underWay: 0,
  failures: 0,
  restUntil: Number.NEGATIVE_INFINITY,
  lastFirstMs: undefined,
});
