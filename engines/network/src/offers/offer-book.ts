import { decodeCanonical, isCoded } from '@isobit/core';
import { type Offer, openOffer, signedOfferKind } from '@isobit/receipt';
import type { Gossiped } from '../host/gossip.ts';
import { untilAborted } from '../wire/time.ts';
import type { Announcer } from './announcer.ts';
import type { OfferRefusal, OfferTable, StoredOffer } from './offer-table.ts';

/** What may come of an honest network, and so is no reason to think less of the peer that brings it. */
const innocent: ReadonlySet<OfferRefusal> = new Set(['stale', 'expired', 'future', 'full', 'flood']);

export interface OfferBookOptions {
  /** Address of this node. */
  readonly self: string;
  readonly table: OfferTable;
  readonly announcer: Announcer;
  /** This node's key signs offers in another process, which started later or still runs. */
  readonly onKeyElsewhere: (offer: Offer) => void;
}

/** Where offers from gossip and from exchanges arrive, and where those who wait for one are told. */
export class OfferBook {
  readonly #options: OfferBookOptions;
  readonly #listeners = new Set<(offer: Offer) => void>();

  constructor(options: OfferBookOptions) {
    this.#options = options;
  }

  /** Offers to hand on: those of others and our own. */
  all(): StoredOffer[] {
    const { table, announcer } = this.#options;
    return announcer.current ? [...table.all(), announcer.current] : table.all();
  }

  /** Judges a gossiped message (specs/offer.md section 5). @param from address of its author */
  gossiped(data: Uint8Array, from: string): Gossiped {
    let value: unknown;
    try {
      value = decodeCanonical(data);
    } catch (error) {
      if (isCoded(error)) return 'reject';
      throw error;
    }
    // Nobody gossips for another node: an old offer of it would travel as if it were new.
    if ((value as { offer?: { node?: unknown } } | null)?.offer?.node !== from) return 'reject';
    const refusal = this.take(value);
    if (refusal === undefined) return 'accept';
    return innocent.has(refusal) ? 'ignore' : 'reject';
  }

  /** @returns why the offer is not taken; undefined when it is */
  take(value: unknown): OfferRefusal | undefined {
    if ((value as { offer?: { node?: unknown } } | null)?.offer?.node === this.#options.self)
      return this.#takeOwn(value);
    const stored = this.#options.table.add(value);
    if (typeof stored === 'string') return stored;
    for (const listener of this.#listeners) listener(stored.offer);
    return undefined;
  }

  /** An offer under our own key: an echo, a former life, or a second process that holds the key now. */
  #takeOwn(value: unknown): OfferRefusal | undefined {
    const { announcer, onKeyElsewhere } = this.#options;
    let offer: Offer;
    try {
      offer = openOffer(signedOfferKind.parse(value));
    } catch (error) {
      if (!isCoded(error)) throw error;
      return error.code === 'OFFER_SIGNATURE' ? 'signature' : 'malformed';
    }
    if (offer.instance === announcer.instance) return undefined;
    announcer.surpass(offer.sequence);
    if (offer.issued > announcer.startedAt) onKeyElsewhere(offer);
    return undefined;
  }

  /** @returns a function that ends the subscription */
  onOffer(listener: (offer: Offer) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The first offer, known or to come, that the predicate accepts. @throws the signal's reason */
  async waitForOffer(predicate: (offer: Offer) => boolean, signal: AbortSignal): Promise<Offer> {
    const known = this.#options.table.all().find(({ offer }) => predicate(offer));
    if (known) return known.offer;
    const { promise, resolve } = Promise.withResolvers<Offer>();
    const stop = this.onOffer((offer) => predicate(offer) && resolve(offer));
    try {
      return await untilAborted(promise, signal);
    } finally {
      stop();
    }
  }
}
