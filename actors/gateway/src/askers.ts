import { gatewayError } from './errors.ts';

/** Who asks. */
export interface Asker {
  /** A word that only this gateway reads; what is kept for one asker is kept from all others. */
  readonly id: string;
  /** Whether the questions that it may have under way are counted: those from other machines. */
  readonly isCounted: boolean;
  /** What the key that it shows allows, where that has limits of its own. They hold wherever it is shown. */
  readonly allowance?: Allowance;
}

/** What one key allows. */
export interface Allowance {
  /** A word that only this gateway reads. */
  readonly id: string;
  /** Questions at once; the gateway's own number where absent. */
  readonly concurrent?: number;
  /**
   * Counts one question.
   *
   * @param model id of the model that is asked
   * @throws CodedError `KEY_MODEL`, `KEY_TOKENS`, `KEY_RATE`
   */
  admit(model: string): void;
  /** Counts tokens that a question took. */
  spend(tokens: number): void;
}

/** A question that may be asked, counted as under way until it is disposed of. */
export interface Admission extends Disposable {
  /** Counts tokens that it took. */
  spend(tokens: number): void;
}

/** Milliseconds after which one of many questions is likely to have ended. */
const RETRY_MS = 1_000;

const FREE: Admission = { spend() {}, [Symbol.dispose]() {} };

/** Questions under way of each asker that is counted. */
export class Askers {
  readonly #most: number;
  readonly #running = new Map<string, number>();

  /** @param most questions of one asker at once */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Counts one question until it is disposed of.
   *
   * @param model id of the model that is asked
   * @throws CodedError `JOB_BUSY`, and as `Allowance.admit`
   */
  begin(asker: Asker | undefined, model: string): Admission {
    const { allowance } = asker ?? {};
    if (!allowance && !asker?.isCounted) return FREE;
    const id = allowance?.id ?? asker?.id ?? '';
    const running = this.#running.get(id) ?? 0;
    if (running >= (allowance?.concurrent ?? this.#most))
      throw gatewayError(
        'JOB_BUSY',
        `this key has ${running} questions under way, which is as many as it may: wait for one of them`,
        { retryAfterMs: RETRY_MS },
      );
    // Last, since a question that is refused for another reason counts for nothing.
    allowance?.admit(model);
    this.#running.set(id, running + 1);
    return {
      spend: (tokens) => allowance?.spend(tokens),
      [Symbol.dispose]: () => {
        const left = (this.#running.get(id) ?? 1) - 1;
        if (left > 0) this.#running.set(id, left);
        else this.#running.delete(id);
      },
    };
  }

  /** As `begin`, but only for a key with limits of its own. */
  beginLimited(asker: Asker | undefined, model: string): Admission {
    return asker?.allowance ? this.begin(asker, model) : FREE;
  }
}
