import type { Answer } from '../../answer/answer.ts';
import type { TokenStep } from '../../token-engine.ts';
import type { Job } from './job.ts';

/** Steps that may lie ready for a reader who is slower than the engine. */
const AHEAD = 8;

/** An answer that grows, as a job; its reader takes the steps one by one. */
export class Generation implements Job {
  readonly #answer: Answer<number>;
  readonly #wake: () => void;
  readonly #ready: TokenStep[] = [];
  #reader: { resolve(step: TokenStep | undefined): void; reject(error: unknown): void } | undefined;
  #failed: { readonly error: unknown } | undefined;
  #left = false;
  readonly signal: AbortSignal | undefined;
  readonly outputFrom: number;
  readonly mostPositions: number;

  /** @param wake tells the schedule that the reader has taken a step, or has left */
  constructor(answer: Answer<number>, signal: AbortSignal | undefined, wake: () => void) {
    this.#answer = answer;
    this.#wake = wake;
    this.signal = signal;
    this.outputFrom = answer.prompt - 1;
    // The last token is drawn and never computed.
    this.mostPositions = answer.prompt + answer.limit - 1;
  }

  get tokens(): readonly number[] {
    return this.#answer.tokens;
  }

  get waits(): boolean {
    return this.#ready.length >= AHEAD;
  }

  get done(): boolean {
    return this.#left || this.#failed !== undefined || this.#answer.ended;
  }

  take(_position: number, logits: number): void {
    if (this.done) return;
    try {
      this.#deliver(this.#answer.next(logits));
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#failed ??= { error };
    this.#reader?.reject(error);
    this.#reader = undefined;
  }

  /** The next step; undefined behind the last. */
  async next(): Promise<TokenStep | undefined> {
    const step = this.#ready.shift();
    if (step) {
      if (this.#ready.length === AHEAD - 1) this.#wake();
      return step;
    }
    if (this.#failed) throw this.#failed.error;
    if (this.#answer.ended) return undefined;
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** The reader wants no more. */
  leave(): void {
    this.#left = true;
    this.#wake();
  }

  #deliver(step: TokenStep): void {
    if (!this.#reader) {
      this.#ready.push(step);
      return;
    }
    this.#reader.resolve(step);
    this.#reader = undefined;
  }
}
