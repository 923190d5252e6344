import { type Allowance, gatewayError } from '@isobit/gateway';
import type { StoredAccessKey } from '@isobit/store';
import { RecentTimes } from './recent-times.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

export interface KeyAllowanceOptions {
  readonly key: StoredAccessKey;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
  /** Told of each change of what is spent. */
  readonly onSpent: (spent: StoredAccessKey['spent']) => void;
}

/** The limits of one key, and what it has used of them. */
export class KeyAllowance implements Allowance {
  readonly id: string;
  readonly concurrent?: number;
  readonly #options: KeyAllowanceOptions;
  readonly #asked: RecentTimes | undefined;
  #spent: StoredAccessKey['spent'];

  constructor(options: KeyAllowanceOptions) {
    const { digest, concurrent, requestsPerMinute, spent } = options.key;
    this.id = `key ${digest}`;
    if (concurrent !== undefined) this.concurrent = concurrent;
    this.#options = options;
    this.#asked = requestsPerMinute === undefined ? undefined : new RecentTimes(requestsPerMinute, MINUTE_MS);
    this.#spent = spent;
  }

  /** Tokens of this day. */
  get tokensToday(): number {
    const { day, tokens } = this.#spent;
    return day === this.#today() ? tokens : 0;
  }

  admit(model: string): void {
    const { name, models, tokensPerDay, requestsPerMinute } = this.#options.key;
    if (models && !models.includes(model))
      throw gatewayError('KEY_MODEL', `the key "${name}" is not for model ${model}: ask the node's operator`);
    if (tokensPerDay !== undefined && this.tokensToday >= tokensPerDay)
      throw gatewayError(
        'KEY_TOKENS',
        `the key "${name}" has spent the ${tokensPerDay} tokens of this day: the next begins at 00:00 UTC`,
        { retryAfterMs: DAY_MS - (this.#options.now() % DAY_MS) },
      );
    const now = this.#options.clock();
    const retryAfterMs = this.#asked?.waitMs(now) ?? 0;
    if (retryAfterMs > 0)
      throw gatewayError(
        'KEY_RATE',
        `the key "${name}" may ask ${requestsPerMinute} questions a minute: ask again in ${Math.ceil(retryAfterMs)} ms`,
        { retryAfterMs },
      );
    this.#asked?.add(now);
  }

  spend(tokens: number): void {
    if (tokens === 0) return;
    this.#spent = { day: this.#today(), tokens: this.tokensToday + tokens };
    this.#options.onSpent(this.#spent);
  }

  #today(): number {
    return Math.floor(this.#options.now() / DAY_MS);
  }
}
