import { FEW_CHARACTERS } from './endings.ts';
import type { Averages } from './pace.ts';

/** How many times longer than expected a worker may be silent: it may have been measured on a better day. */
const GENEROSITY = 8;
/** What a busy machine may take for anything. */
const LEAST_MS = 5_000;
/** Until the first word of a worker that was never seen answering: it may have a model to load. */
const UNKNOWN_FIRST_MS = 4_000;
/** For a character of a long prompt, where none was seen being read: some 250 tokens a second. */
const UNKNOWN_CHARACTER_MS = 1;

export interface Silence {
  /** Characters that the worker has to read. */
  readonly unread: number;
  /** Runs that must end before this one begins, over how many run at once. */
  readonly wait: number;
  /** Milliseconds that are left for the answer. */
  readonly deadlineMs: number;
}

/**
 * Milliseconds that a worker may be silent before another is asked as well (specs/offer.md section 7.4). Half of the
 * deadline at most, so that the other has as long.
 */
export function patienceMs(known: Averages, { unread, wait, deadlineMs }: Silence): number {
  const { firstMs = UNKNOWN_FIRST_MS, characterMs = UNKNOWN_CHARACTER_MS, runMs = firstMs } = known;
  const reading = unread < FEW_CHARACTERS ? 0 : unread * characterMs;
  const expected = Math.max(firstMs, reading) + wait * runMs;
  return Math.max(LEAST_MS, Math.min(GENEROSITY * expected, deadlineMs / 2));
}
