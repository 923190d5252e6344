import { gatewayError } from './errors.ts';

/** Who asks. */
export interface Asker {
  /** A word that only this gateway reads; what is kept for one asker is kept from all others. */
  readonly id: string;
  /** Whether the questions that it may have under way are counted: those from other machines. */
  readonly isCounted: boolean;
}

/** Milliseconds after which one of many questions is likely to have ended. */
const RETRY_MS = 1_000;

/** Questions under way of each asker that is counted. */
export class Askers {
  readonly #most: number;
  readonly #running = new Map<string, number>();

  /** @param most questions of one asker at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts one question until it is disposed of. @throws CodedError `JOB_BUSY` */
  begin(asker: Asker | undefined): Disposable {
    if (!asker?.isCounted) return { [Symbol.dispose]() {} };
    const { id } = asker;
    const running = this.#running.get(id) ?? 0;
    if (running >= this.#most)
      throw gatewayError(
        'JOB_BUSY',
        `this key has ${running} questions under way, which is as many as it may: wait for one of them`,
        { retryAfterMs: RETRY_MS },
      );
    this.#running.set(id, running + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#running.get(id) ?? 1) - 1;
        if (left > 0) this.#running.set(id, left);
        else this.#running.delete(id);
      },
    };
  }
}
