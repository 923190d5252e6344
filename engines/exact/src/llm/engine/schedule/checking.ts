import { type Answer, claimsToRun, goesOn } from '../../answer/answer.ts';
import type { TokenDifference, TokenStep } from '../../token-engine.ts';
import type { Job } from './job.ts';

export interface Checked {
  readonly steps: readonly TokenStep[];
  readonly difference?: TokenDifference;
}

/** An answer that is checked, as a job: all its tokens are known, so its passes are as long as they may be. */
export class Checking implements Job {
  readonly #answer: Answer<number>;
  readonly #claims: readonly number[];
  readonly #steps: TokenStep[] = [];
  readonly #found = Promise.withResolvers<Checked>();
  #settled = false;
  readonly tokens: readonly number[];
  readonly outputFrom: number;
  readonly mostPositions: number;
  readonly waits = false;
  readonly signal: AbortSignal | undefined;

  constructor(
    answer: Answer<number>,
    claims: readonly number[],
    vocabulary: number,
    signal: AbortSignal | undefined,
  ) {
    this.#answer = answer;
    this.#claims = claims;
    this.signal = signal;
    this.tokens = [...answer.tokens, ...claimsToRun(answer, claims, vocabulary)];
    this.outputFrom = answer.prompt - 1;
    this.mostPositions = this.tokens.length;
    if (answer.ended) this.#end();
  }

  get result(): Promise<Checked> {
    return this.#found.promise;
  }

  get done(): boolean {
    return this.#settled;
  }

  take(_position: number, logits: number): void {
    if (this.#settled) return;
    try {
      const found = this.#answer.compare(logits, this.#claims[this.#steps.length]);
      if ('difference' in found) {
        this.#settle({ steps: this.#steps, difference: found.difference });
        return;
      }
      this.#steps.push(found.step);
      if (this.#answer.ended) this.#end();
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    this.#settled = true;
    this.#found.reject(error);
  }

  /** No further token comes: the claimed answer has to end here too. */
  #end(): void {
    const difference = goesOn(this.#answer, this.#claims);
    this.#settle(difference ? { steps: this.#steps, difference } : { steps: this.#steps });
  }

  #settle(found: Checked): void {
    this.#settled = true;
    this.#found.resolve(found);
  }
}
