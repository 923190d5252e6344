import { isCoded } from '@isobit/core';
import { type LogKeyDocument, logKeyDocument, openLogKey } from '@isobit/log';
import type { KnownOffer, Network } from '@isobit/network';
import type { Witness } from '@isobit/store';

/** Witnesses that a log asks at once: enough that one that fails leaves others, few enough to cost little. */
const WITNESSES = 3;

/** A witness of another node, and the document by which that node names it. */
export interface NearbyWitness {
  readonly witness: Witness;
  readonly binding: LogKeyDocument;
}

/** Picks witnesses among the nodes that offer to be one: always the same while they stay. */
export function createNearbyWitnesses(
  network: Pick<Network, 'offers' | 'witnessOf'>,
): () => readonly NearbyWitness[] {
  /** A witness stays the same object while its keys do, so that what is known of it is kept. */
  const known = new Map<string, NearbyWitness>();

  function open({ offer }: KnownOffer): NearbyWitness[] {
    const before = known.get(offer.node);
    if (before && before.binding.signature === (offer.log as Partial<LogKeyDocument>).signature)
      return [before];
    const found = witnessOf(offer.node, offer.log, network);
    if (!found) return [];
    known.set(offer.node, found);
    return [found];
  }

  return () => {
    const offers = network
      .offers()
      .filter(({ offer }) => offer.roles.includes('witness') && offer.log !== undefined);
    const present = new Set(offers.map(({ offer }) => offer.node));
    for (const node of known.keys()) if (!present.has(node)) known.delete(node);
    return offers
      .sort((a, b) => (a.offer.node < b.offer.node ? -1 : 1))
      .flatMap(open)
      .slice(0, WITNESSES);
  };
}

function witnessOf(
  node: string,
  document: unknown,
  network: Pick<Network, 'witnessOf'>,
): NearbyWitness | undefined {
  try {
    const binding = logKeyDocument.parse(document);
    const keys = openLogKey(binding);
    if (keys.address !== node) return undefined;
    const client = network.witnessOf(node);
    return {
      binding,
      witness: {
        key: keys.witness,
        addCheckpoint: (body, signal) => client.addCheckpoint(body, signal),
        // Anybody may offer to be a witness: its word that this log is stale must come with proof.
        latest: (originHash, signal) => client.latest(originHash, signal),
      },
    };
  } catch (error) {
    if (!isCoded(error)) throw error;
    return undefined;
  }
}
