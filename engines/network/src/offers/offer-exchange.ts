import { setImmediate as nextTurn } from 'node:timers/promises';
import { networkLimits } from '../limits.ts';
import { readDocument } from '../wire/documents.ts';
import { fitting } from '../wire/fitting.ts';
import type { FrameStream } from '../wire/frame-stream.ts';
import { within } from '../wire/time.ts';
import { type OffersKnown, offersGivenKind, offersKnownKind } from './offer-exchange-documents.ts';
import type { StoredOffer } from './offer-table.ts';

export const OFFERS_PROTOCOL = '/isobit/offers/1';

/** Of a frame, for offers: the rest is for the addresses of wanted nodes, 45 bytes each. What does not fit comes by gossip. */
const ROOM_BYTES = networkLimits.offerExchangeBytes - networkLimits.offersExchanged * 48;

export interface OfferExchange {
  /** Asks a peer for what it knows and gives it what it lacks. */
  open(stream: FrameStream, signal: AbortSignal): Promise<void>;
  /** The other side of it. */
  answer(stream: FrameStream, signal: AbortSignal): Promise<void>;
}

export interface OfferExchangeOptions {
  readonly offers: () => readonly StoredOffer[];
  readonly take: (offer: unknown) => void;
}

/** Both ways, so that whoever dials, both sides end up with the same offers (specs/offer.md section 6). */
export function createOfferExchange({ offers, take }: OfferExchangeOptions): OfferExchange {
  const read = { firstMs: networkLimits.firstFrameMs };
  /** Verifying takes a millisecond each: others get their turn in between. */
  const takeAll = async (given: readonly unknown[], signal: AbortSignal): Promise<void> => {
    for (const [index, offer] of given.entries()) {
      if (index % 8 === 7) await nextTurn(undefined, { signal });
      take(offer);
    }
  };
  const give = (
    stream: FrameStream,
    given: readonly StoredOffer[],
    wanted: readonly string[],
    signal: AbortSignal,
  ) =>
    stream.write(
      offersGivenKind.encode({
        isobit: 'offers-given/1',
        offers: fitting<unknown>(
          given.map(({ signed }) => signed),
          ROOM_BYTES,
          networkLimits.offersExchanged,
        ),
        wanted: [...wanted],
      }),
      signal,
    );

  return {
    async open(stream, signal) {
      const limited = within(networkLimits.askMs, signal);
      const mine = newest(offers());
      await stream.write(
        offersKnownKind.encode({
          isobit: 'offers-known/1',
          known: mine.map(({ offer: { node, sequence } }) => ({ node, sequence })),
        }),
        limited,
      );
      const { offers: given, wanted } = await readDocument(
        stream,
        offersGivenKind,
        networkLimits.offerExchangeBytes,
        { ...read, signal: limited },
      );
      const asked = new Set(wanted);
      await give(
        stream,
        mine.filter(({ offer }) => asked.has(offer.node)),
        [],
        limited,
      );
      await stream.close();
      await takeAll(given, signal);
    },
    async answer(stream, signal) {
      const limited = within(networkLimits.askMs, signal);
      const { known } = await readDocument(stream, offersKnownKind, networkLimits.offerExchangeBytes, {
        ...read,
        signal: limited,
      });
      const mine = newest(offers());
      const { missing, wanted } = compare(known, mine);
      await give(stream, missing, wanted, limited);
      const { offers: given } = await readDocument(
        stream,
        offersGivenKind,
        networkLimits.offerExchangeBytes,
        { ...read, signal: limited },
      );
      await stream.close();
      await takeAll(given, signal);
    },
  };
}

/** What the other side lacks of ours, and what we lack of theirs. */
export function compare(
  known: OffersKnown['known'],
  mine: readonly StoredOffer[],
): { missing: StoredOffer[]; wanted: string[] } {
  const theirs = new Map(known.map(({ node, sequence }) => [node, sequence]));
  const ours = new Map(mine.map(({ offer }) => [offer.node, offer.sequence]));
  return {
    missing: mine.filter(({ offer }) => offer.sequence > (theirs.get(offer.node) ?? -1)),
    wanted: known.filter(({ node, sequence }) => sequence > (ours.get(node) ?? -1)).map(({ node }) => node),
  };
}

const newest = (offers: readonly StoredOffer[]): StoredOffer[] =>
  [...offers].sort((a, b) => b.offer.issued - a.offer.issued).slice(0, networkLimits.offersExchanged);
