import {
  distinct,
  documentKind,
  field,
  limits,
  type NodeKey,
  nested,
  recoverStatement,
  recoverStatementKey,
  signStatement,
} from '@isobit/core';
import * as v from 'valibot';
import { isBaseUrl } from './base-url.ts';
import { receiptError } from './errors.ts';

const MULTIADDR = /^(?:\/[A-Za-z0-9._:%-]+){2,}$/;

const pricedModel = v.strictObject({
  id: field.cid,
  /** Names of the profiles under which the node runs it. */
  profiles: v.pipe(
    v.array(field.name),
    v.minLength(1),
    v.maxLength(limits.offerProfiles),
    v.check((items) => distinct(items), 'each profile once'),
  ),
  /** Smallest units of the network's currency for one run, in decimal; `"0"` is free. */
  price: v.pipe(v.string(), v.regex(/^(0|[1-9][0-9]{0,77})$/, 'must be a decimal integer')),
});

/** What a node tells the network of itself (specs/offer.md). A newer sequence replaces it whole. */
export const offerKind = documentKind(
  'offer/1',
  v.pipe(
    v.strictObject({
      isobit: v.literal('offer/1'),
      /** Whose offer it is, and who signs it. */
      node: field.address,
      network: field.hex32,
      /** `host`, `worker`, `witness`, `gateway`…; a reader ignores those it does not know. */
      roles: v.pipe(
        v.array(v.pipe(v.string(), v.regex(/^[a-z]{1,32}$/, 'must be a role'))),
        v.maxLength(limits.offerRoles),
        v.check((items) => distinct(items), 'each role once'),
      ),
      /** Multiaddrs without peer id at which the node may be dialled; its key is what proves that it answers. */
      addresses: v.pipe(
        v.array(
          v.pipe(v.string(), v.maxBytes(limits.offerUrlBytes), v.regex(MULTIADDR, 'must be a multiaddr')),
        ),
        v.maxLength(limits.offerUrls),
      ),
      /** Base URLs under which the node's HTTP is reached; possibly none. */
      http: v.pipe(
        v.array(v.custom<string>(isBaseUrl, 'must be an http or https base URL')),
        v.maxLength(limits.offerUrls),
      ),
      /** Models that the node runs. */
      models: v.pipe(
        v.array(pricedModel),
        v.maxLength(limits.offerModels),
        v.check((items) => distinct(items.map((m) => m.id)), 'each model once'),
      ),
      /** Ids of models whose bytes the node serves. */
      holds: v.pipe(
        v.array(field.cid),
        v.maxLength(limits.offerModels),
        v.check((items) => distinct(items), 'each model once'),
      ),
      /** Jobs under way, jobs that wait, and how many run at once. */
      load: v.strictObject({ running: field.count, queued: field.count, capacity: field.count }),
      /** The document by which the node's key names its log key (specs/log.md). */
      log: v.optional(field.canonical),
      /** 32 random bytes of this start of the process: two instances at once are one key in two places. */
      instance: field.hex32,
      /** Grows with each offer of the node, across restarts. */
      sequence: field.count,
      issued: field.time,
      expires: field.time,
    }),
    v.check(
      (o) => o.expires > o.issued && o.expires - o.issued <= limits.offerLifetimeMs,
      'must expire after its issue, and soon',
    ),
  ),
);

export type Offer = ReturnType<typeof offerKind.parse>;
export type OfferedModel = Offer['models'][number];
/** What a node decides about its offer; the rest is filled in when it is announced. */
export type OfferBody = Pick<Offer, 'roles' | 'http' | 'models' | 'holds' | 'load' | 'log'>;

export const signedOfferKind = documentKind(
  'signed-offer/1',
  v.strictObject({
    isobit: v.literal('signed-offer/1'),
    offer: nested(offerKind),
    signature: field.signature,
  }),
);

export type SignedOffer = ReturnType<typeof signedOfferKind.parse>;

/** @throws CodedError `OFFER_SIGNATURE` when the key is not the offer's node, `DOCUMENT_INVALID` */
export function signOffer(offer: Offer, key: NodeKey): SignedOffer {
  const checked = offerKind.parse(offer);
  if (checked.node !== key.address)
    throw receiptError('OFFER_SIGNATURE', `the offer is of node ${checked.node}, the key is ${key.address}`);
  return {
    isobit: 'signed-offer/1',
    offer: checked,
    signature: signStatement(key, offerKind.kind, offerKind.digest(checked)),
  };
}

/** Reads a signed offer and checks the signature. @throws CodedError `OFFER_SIGNATURE`, or as `DocumentKind.parse` */
export function openOffer(value: unknown): Offer {
  const { offer, signature } = signedOfferKind.parse(value);
  if (recoverStatement(offerKind.kind, offerKind.digest(offer), signature) !== offer.node) {
    throw receiptError(
      'OFFER_SIGNATURE',
      `the offer ${offer.sequence} of ${offer.node} is not signed by that key`,
    );
  }
  return offer;
}

/** Compressed public key of the node behind an opened offer: its libp2p peer id is made from it. 33 bytes. */
export const offerPublicKey = ({ offer, signature }: SignedOffer): Uint8Array | undefined =>
  recoverStatementKey(offerKind.kind, offerKind.digest(offer), signature);

/** Why an offer, well signed, is nothing to go by here and now; undefined when it is. */
export function offerFault(
  offer: Offer,
  at: { readonly network: string; readonly now: number },
): 'network' | 'expired' | 'future' | undefined {
  if (offer.network !== at.network) return 'network';
  if (offer.expires <= at.now) return 'expired';
  return offer.issued > at.now + limits.clockSkewMs ? 'future' : undefined;
}
