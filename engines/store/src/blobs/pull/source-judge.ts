import { setTimeout as delay } from 'node:timers/promises';
import { isCoded } from '@isobit/core';
import { storeError } from '../../errors.ts';
import type { Drop, Source } from './source.ts';
import type { SourcePool } from './source-pool.ts';

/** What shows that a source lies, or speaks another protocol: it is left for every blob, at once. */
const LIES = new Set([
  'SOURCE_BAD_BLOCK',
  'SOURCE_BAD_LEAVES',
  'SOURCE_PROTOCOL',
  'SOURCE_REDIRECT',
  'ADDRESS_REFUSED',
]);

/** Longest pause between two attempts, in milliseconds. */
const LONGEST_PAUSE_MS = 5_000;

export interface SourceJudgeOptions {
  readonly root: string;
  readonly pool: SourcePool;
  /** Failures in a row after which a source is left. */
  readonly attempts: number;
  /** First pause after a failure, in milliseconds; it doubles with each. */
  readonly retryMs: number;
}

/** Decides for one blob which sources are worth asking, and remembers why the others are not. */
export class SourceJudge {
  readonly #options: SourceJudgeOptions;
  readonly #left = new Map<string, Drop>();
  readonly #failures = new Map<string, number>();

  constructor(options: SourceJudgeOptions) {
    this.#options = options;
  }

  /** Sources that may still be asked. */
  get candidates(): readonly Source[] {
    return this.#options.pool.live.filter(({ name }) => !this.#left.has(name));
  }

  isCandidate(source: Source): boolean {
    return this.candidates.includes(source);
  }

  /** Sources left during this pull. */
  get left(): readonly Drop[] {
    return [...this.#left.values()];
  }

  succeeded(source: Source): void {
    this.#failures.delete(source.name);
  }

  /** Notes a failure; true when the source may be tried again after `pause`. */
  failed(source: Source, error: unknown): boolean {
    const reason = isCoded(error) ? error.code : 'SOURCE_IO';
    const message = error instanceof Error ? error.message : String(error);
    const block = isCoded(error) ? error.details['block'] : undefined;
    const drop: Drop = {
      source: source.name,
      reason,
      message,
      ...(typeof block === 'number' ? { block } : {}),
    };
    const failures = (this.#failures.get(source.name) ?? 0) + 1;
    this.#failures.set(source.name, failures);
    if (!LIES.has(reason) && reason !== 'SOURCE_ABSENT' && failures < this.#options.attempts) return true;
    if (!this.#left.has(source.name)) this.#left.set(source.name, drop);
    if (LIES.has(reason)) this.#options.pool.drop(drop);
    return false;
  }

  /** Waits before the next attempt: longer with each failure, and never quite as long as another client. */
  async pause(source: Source, signal: AbortSignal): Promise<void> {
    const failures = this.#failures.get(source.name) ?? 1;
    const longest = Math.min(LONGEST_PAUSE_MS, this.#options.retryMs * 2 ** (failures - 1));
    await delay(longest * (0.5 + Math.random() / 2), undefined, { signal });
  }

  /** The error of a pull that has nobody left to ask. */
  exhausted(): Error {
    const { root, pool } = this.#options;
    const sources = [...new Map([...pool.dropped, ...this.left].map((drop) => [drop.source, drop])).values()];
    const reasons =
      sources.map(({ source, reason }) => `${source}: ${reason}`).join('; ') || 'none was given';
    return storeError(
      'PULL_FAILED',
      `no source is left for ${root} (${reasons}): add one and pull again, what has come is kept`,
      { root, sources },
    );
  }
}
