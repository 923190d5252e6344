import { gatewayError } from './errors.ts';

/** Milliseconds after which a client that found no room may come back: most bodies are answered within. */
const RETRY_MS = 1_000;

/** Part of a budget, given back when disposed of. */
export interface Lease extends Disposable {
  /** Grows to `bytes` in all. @throws CodedError `BODY_BUSY` */
  growTo(bytes: number): void;
}

/** Memory that all bodies of a gateway share, so that many large ones cannot take the process down. */
export class BodyBudget {
  readonly #bytes: number;
  #used = 0;

  /** @param bytes that bodies may hold at once, counted until their requests are answered */
  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** Bytes held now. */
  get used(): number {
    return this.#used;
  }

  lease(): Lease {
    let held = 0;
    return {
      growTo: (bytes) => {
        if (bytes <= held) return;
        if (this.#used + bytes - held > this.#bytes) {
          throw gatewayError(
            'BODY_BUSY',
            'the bodies of other requests fill the memory set aside: ask again',
            {
              retryAfterMs: RETRY_MS,
            },
          );
        }
        this.#used += bytes - held;
        held = bytes;
      },
      [Symbol.dispose]: () => {
        this.#used -= held;
        held = 0;
      },
    };
  }
}
