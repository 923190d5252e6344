import { isCoded } from '@isobit/core';
import { type Offer, offerFault, openOffer, type SignedOffer, signedOfferKind } from '@isobit/receipt';
import { networkLimits } from '../limits.ts';
import { TokenBuckets } from '../wire/token-bucket.ts';

/** Why an offer is not taken (specs/offer.md section 4). */
export type OfferRefusal =
  /** Not a signed offer, or of a version that is not read here. */
  | 'malformed'
  /** Not signed by its node. */
  | 'signature'
  /** Of another network. */
  | 'network'
  /** No longer valid. */
  | 'expired'
  /** Issued in the future, beyond what clocks may differ. */
  | 'future'
  /** This sequence of the node, or a later one, is known already. */
  | 'stale'
  /** The node offers more often than any honest one does. */
  | 'flood'
  /** The table is full of other nodes' offers. */
  | 'full';

export interface StoredOffer {
  readonly offer: Offer;
  readonly signed: SignedOffer;
}

export interface OfferTableOptions {
  /** 64 hex characters. */
  readonly network: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly most?: number;
}

/** The newest valid offer of each node. */
export class OfferTable {
  readonly #offers = new Map<string, StoredOffer>();
  readonly #allowance = new TokenBuckets(
    networkLimits.nodeBurst,
    networkLimits.nodeRate,
    networkLimits.offers,
  );
  readonly #network: string;
  readonly #now: () => number;
  readonly #most: number;

  constructor({ network, now, most = networkLimits.offers }: OfferTableOptions) {
    this.#network = network;
    this.#now = now;
    this.#most = most;
  }

  /** Takes a stranger's offer, the cheap checks first and the signature last. @returns why it was not taken */
  add(value: unknown): StoredOffer | OfferRefusal {
    let signed: SignedOffer;
    try {
      signed = signedOfferKind.parse(value);
    } catch (error) {
      if (isCoded(error)) return 'malformed';
      throw error;
    }
    const refusal = this.#refusal(signed.offer);
    if (refusal) return refusal;
    try {
      const stored = { offer: openOffer(signed), signed };
      if (!this.#allowance.take(stored.offer.node)) return 'flood';
      this.#offers.set(stored.offer.node, stored);
      return stored;
    } catch (error) {
      if (isCoded(error, 'OFFER_SIGNATURE')) return 'signature';
      throw error;
    }
  }

  #refusal(offer: Offer): OfferRefusal | undefined {
    const fault = offerFault(offer, { network: this.#network, now: this.#now() });
    if (fault) return fault;
    const known = this.#offers.get(offer.node);
    if (known) return offer.sequence <= known.offer.sequence ? 'stale' : undefined;
    if (this.#offers.size >= this.#most) this.sweep();
    return this.#offers.size >= this.#most ? 'full' : undefined;
  }

  /** Forgets what has expired. @returns the nodes that were forgotten */
  sweep(): string[] {
    const now = this.#now();
    const gone = [...this.#offers.values()]
      .filter(({ offer }) => offer.expires <= now)
      .map(({ offer }) => offer.node);
    for (const node of gone) this.#offers.delete(node);
    return gone;
  }

  get(node: string): StoredOffer | undefined {
    const stored = this.#offers.get(node);
    return stored && stored.offer.expires > this.#now() ? stored : undefined;
  }

  /** Valid offers, in no particular order. */
  all(): StoredOffer[] {
    const now = this.#now();
    return [...this.#offers.values()].filter(({ offer }) => offer.expires > now);
  }
}
