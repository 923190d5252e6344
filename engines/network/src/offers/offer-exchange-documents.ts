import { documentKind, field } from '@isobit/core';
import * as v from 'valibot';
import { networkLimits } from '../limits.ts';

/** First frame of an exchange: which offers the opener has (specs/offer.md section 6). */
export const offersKnownKind = documentKind(
  'offers-known/1',
  v.strictObject({
    isobit: v.literal('offers-known/1'),
    known: v.pipe(
      v.array(v.strictObject({ node: field.address, sequence: field.count })),
      v.maxLength(networkLimits.offersExchanged),
    ),
  }),
  networkLimits.offerExchangeBytes,
);

export type OffersKnown = ReturnType<typeof offersKnownKind.parse>;

/** The answer to it, and the opener's last frame: offers that the other side lacks, and nodes whose offer is wanted. */
export const offersGivenKind = documentKind(
  'offers-given/1',
  v.strictObject({
    isobit: v.literal('offers-given/1'),
    /** Signed offers; each is judged by itself, so that one that is not understood spoils no other. */
    offers: v.pipe(v.array(v.unknown()), v.maxLength(networkLimits.offersExchanged)),
    wanted: v.pipe(v.array(field.address), v.maxLength(networkLimits.offersExchanged)),
  }),
  networkLimits.offerExchangeBytes,
);

export type OffersGiven = ReturnType<typeof offersGivenKind.parse>;
