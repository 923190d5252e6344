import { type NodeKey, toHex } from '@isobit/core';
import { type Offer, type OfferBody, signOffer } from '@isobit/receipt';
import { networkLimits } from '../limits.ts';
import { pause } from '../wire/time.ts';
import type { StoredOffer } from './offer-table.ts';

export interface AnnouncerOptions {
  readonly key: NodeKey;
  readonly network: string;
  /** Multiaddrs of this node, without peer id. */
  readonly addresses: () => readonly string[];
  readonly publish: (offer: StoredOffer) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Speaks for this node: signs its offer anew at each change and at intervals (specs/offer.md section 3). */
export class Announcer {
  /** Random for each start of a process: another value under the same key is the key in two places. */
  readonly instance = toHex(crypto.getRandomValues(new Uint8Array(32)));
  readonly startedAt = Date.now();
  readonly #options: AnnouncerOptions;
  #body: OfferBody | undefined;
  #sequence = 0;
  #current: StoredOffer | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    void this.#run();
  }

  /** The offer published last, while there is something to offer. */
  get current(): StoredOffer | undefined {
    return this.#current;
  }

  /** Replaces what is offered and says so; changes in quick succession are said together. @throws CodedError `DOCUMENT_INVALID` */
  announce(body: OfferBody): void {
    const isFirst = this.#body === undefined;
    this.#body = body;
    // Signed at once, so that a body that is no offer throws here and not in the background.
    this.#sign();
    if (isFirst) void this.#publish();
    this.#wake.resolve();
  }

  /** Offers nothing from now on, and resolves when that was said; where nothing was offered, at once. */
  async withdraw(): Promise<void> {
    if (!this.#body) return;
    this.announce({
      ...this.#body,
      http: [],
      models: [],
      holds: [],
      load: { running: 0, queued: 0, capacity: 0 },
    });
    await this.#publish();
  }

  /** Says it again soon: somebody listens who heard nothing yet. */
  repeat(): void {
    this.#wake.resolve();
  }

  /** Another of our offers was seen with this sequence: the next one goes beyond it. */
  surpass(sequence: number): void {
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#wake.resolve();
  }

  #sign(): StoredOffer | undefined {
    if (!this.#body) return undefined;
    const { key, network, addresses } = this.#options;
    const now = Date.now();
    // The clock makes it grow across restarts; counting makes it grow when the clock does not.
    this.#sequence = Math.max(this.#sequence + 1, now);
    const offer: Offer = {
      ...this.#body,
      isobit: 'offer/1',
      node: key.address,
      network,
      addresses: [...addresses()],
      instance: this.instance,
      sequence: this.#sequence,
      issued: now,
      expires: now + networkLimits.offerValidityMs,
    };
    this.#current = { offer, signed: signOffer(offer, key) };
    return this.#current;
  }

  async #publish(): Promise<void> {
    if (this.#current) await this.#options.publish(this.#current);
  }

  async #run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      const jittered = networkLimits.offerIntervalMs * (0.8 + Math.random() * 0.2);
      await Promise.race([this.#wake.promise, pause(jittered, signal)]);
      this.#wake = Promise.withResolvers();
      await pause(networkLimits.offerPauseMs, signal);
      if (signal.aborted) return;
      this.#sign();
      void this.#publish();
    }
  }
}
