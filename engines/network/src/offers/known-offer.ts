import type { Offer, SignedOffer } from '@isobit/receipt';

/** An offer with what this node has measured of the one who makes it. */
export interface KnownOffer {
  readonly offer: Offer;
  readonly signed: SignedOffer;
  /** Round trip in milliseconds; absent until it was measured. */
  readonly latencyMs?: number;
}
