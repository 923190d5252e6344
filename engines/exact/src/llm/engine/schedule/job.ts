import type { Block } from '../cache/block-pool.ts';

/** One sequence that is being computed: an answer that grows, or one that is checked. */
export interface Job {
  /** Everything that is known of the sequence; grows while an answer does. */
  readonly tokens: readonly number[];
  /** The first position whose logits are wanted. */
  readonly outputFrom: number;
  /** Positions that it may come to hold in the cache. */
  readonly mostPositions: number;
  /** Whether it waits for its reader, so that nothing is computed for it now. */
  readonly waits: boolean;
  /** Whether nothing more is to be computed. */
  readonly done: boolean;
  readonly signal: AbortSignal | undefined;
  /** Takes the logits after a position; they lie at an address until it returns. */
  take(position: number, logits: number): void;
  fail(error: unknown): void;
}

/** A job with its place in the cache. */
export interface Running {
  readonly job: Job;
  /** Positions computed. */
  computed: number;
  readonly blocks: Block[];
}

/** Rows of one sequence in a pass. */
export interface Segment {
  readonly running: Running;
  readonly count: number;
}

/**
 * What the next pass computes: first each sequence that lacks one token, then as much of the others as there is room
 * for. `running` is in the order of turns.
 */
export function composePass(running: readonly Running[], rows: number): Segment[] {
  const able = running.filter(({ job, computed }) => !job.waits && job.tokens.length > computed);
  const missing = ({ job, computed }: Running): number => job.tokens.length - computed;
  const segments: Segment[] = [];
  let left = rows;
  for (const wanted of [
    able.filter((each) => missing(each) === 1),
    able.filter((each) => missing(each) > 1),
  ]) {
    for (const each of wanted) {
      const count = Math.min(left, missing(each));
      if (count === 0) return segments;
      segments.push({ running: each, count });
      left -= count;
    }
  }
  return segments;
}
