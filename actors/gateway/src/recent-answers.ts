import type { TurnNote } from '@isobit/apis';
import type { Exchange } from './exchange.ts';

/** An answer that this gateway gave. */
export interface RecentAnswer {
  /** Who asked: nobody else is given the evidence. */
  readonly asker: string;
  /** Id of the answer, as its API spells it. */
  readonly id: string;
  /** Digest of the receipt. */
  readonly digest: string;
  /** About the bytes of all that it holds: what it is counted as. */
  readonly size: number;
  /** Canonical bytes, documents disclosed: made when somebody asks, since few do. */
  evidence(): Uint8Array;
  /** What went over HTTP, and what the answer calls its model; absent where nothing is signed of it. */
  readonly exchange?: { readonly model: string; readonly bytes: Exchange };
  /** Where a later question may go on from it. */
  readonly turn?: TurnNote;
  /** The body of the answer, made again; where a later question may go on from it. */
  body?(): object;
}

export interface RecentAnswersOptions {
  readonly most: number;
  /** Of all documents. */
  readonly maxBytes: number;
  readonly maxMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
}

interface Kept extends RecentAnswer {
  readonly until: number;
}

/**
 * Evidence of the last answers, in memory alone and bounded in number, bytes and time, so that whoever asked can have
 * it once the answer was read (specs/http.md section 3.2). The oldest goes first.
 */
export class RecentAnswers {
  readonly #options: RecentAnswersOptions;
  /** By digest of the receipt, oldest first. */
  readonly #kept = new Map<string, Kept>();
  /** The newest digest of each answer's id. */
  readonly #byId = new Map<string, string>();
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: RecentAnswersOptions) {
    this.#options = options;
  }

  /** Bytes held now. */
  get bytes(): number {
    return this.#bytes;
  }

  add(answer: RecentAnswer): void {
    const { most, maxBytes, maxMs, clock } = this.#options;
    this.#forget(answer.digest);
    if (answer.size > maxBytes || most < 1) return;
    this.#kept.set(answer.digest, { ...answer, until: clock() + maxMs });
    this.#byId.set(answer.id, answer.digest);
    this.#bytes += answer.size;
    for (const digest of this.#kept.keys()) {
      if (this.#kept.size <= most && this.#bytes <= maxBytes) break;
      this.#forget(digest);
    }
    this.#watch();
  }

  /** @param ref digest of the receipt, or id of the answer */
  get(ref: string): RecentAnswer | undefined {
    this.#prune();
    return this.#kept.get(ref) ?? this.#kept.get(this.#byId.get(ref) ?? '');
  }

  /** @returns whether the asker had an answer of this id. @param id of an answer; all of that id are forgotten */
  remove(id: string, asker: string): boolean {
    this.#prune();
    const own = [...this.#kept.values()].filter((kept) => kept.id === id && kept.asker === asker);
    for (const { digest } of own) this.#forget(digest);
    return own.length > 0;
  }

  #prune(): void {
    const now = this.#options.clock();
    for (const [digest, { until }] of this.#kept) {
      if (until > now) break;
      this.#forget(digest);
    }
  }

  #forget(digest: string): void {
    const kept = this.#kept.get(digest);
    if (!kept) return;
    this.#kept.delete(digest);
    if (this.#byId.get(kept.id) === digest) this.#byId.delete(kept.id);
    this.#bytes -= kept.size;
  }

  /** What nobody asks about is forgotten too; the timer keeps no process alive. */
  #watch(): void {
    const [oldest] = this.#kept.values();
    if (this.#timer || !oldest) return;
    const later = (): void => {
      this.#timer = undefined;
      this.#prune();
      this.#watch();
    };
    this.#timer = setTimeout(later, Math.max(1_000, oldest.until - this.#options.clock()));
    this.#timer.unref?.();
  }
}
