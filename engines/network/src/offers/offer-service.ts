import { encodeCanonical, type NodeKey } from '@isobit/core';
import type { Offer, OfferBody } from '@isobit/receipt';
import { multiaddr } from '@multiformats/multiaddr';
import { reasonOf } from '../errors.ts';
import type { Gossip, Gossiped } from '../host/gossip.ts';
import { offersTopic } from '../host/gossip-options.ts';
import type { Host } from '../host/libp2p.ts';
import type { NetworkLog } from '../host/options.ts';
import type { Routes } from '../host/routes.ts';
import type { Server } from '../host/serve.ts';
import { networkLimits } from '../limits.ts';
import { pause } from '../wire/time.ts';
import { Announcer } from './announcer.ts';
import type { KnownOffer } from './known-offer.ts';
import { Latencies } from './latency.ts';
import { OfferBook } from './offer-book.ts';
import { createOfferExchange, OFFERS_PROTOCOL } from './offer-exchange.ts';
import { OfferTable, type StoredOffer } from './offer-table.ts';

export interface OfferServiceOptions {
  readonly host: Host;
  readonly routes: Routes;
  readonly server: Server;
  readonly gossip: Gossip;
  readonly key: NodeKey;
  /** 64 hex characters. */
  readonly network: string;
  readonly log: NetworkLog;
  readonly signal: AbortSignal;
}

export interface OfferService {
  announce(body: OfferBody): void;
  /** Best effort, within a moment. */
  withdraw(): Promise<void>;
  get(node: string): StoredOffer | undefined;
  known(): KnownOffer[];
  onOffer(listener: (offer: Offer) => void): () => void;
  waitForOffer(predicate: (offer: Offer) => boolean, signal: AbortSignal): Promise<Offer>;
  measure(nodes: readonly string[]): Promise<void>;
  onKeyElsewhere(listener: (offer: Offer) => void): () => void;
  gossiped(data: Uint8Array, from: string): Gossiped;
  /** Connects to one node that offers and is not connected, if there is any. */
  befriend(signal: AbortSignal): Promise<void>;
}

/** Offers of this node and of the others: told by gossip, and by an exchange with each peer that connects (specs/offer.md). */
export async function createOfferService({
  host,
  routes,
  server,
  gossip,
  key,
  network,
  log,
  signal,
}: OfferServiceOptions): Promise<OfferService> {
  const elsewhere = new Set<(offer: Offer) => void>();
  let seenElsewhere: Offer | undefined;
  const table = new OfferTable({ network, now: () => Date.now() });
  const announcer = new Announcer({
    key,
    network,
    signal,
    addresses: () =>
      host
        .getMultiaddrs()
        .slice(0, networkLimits.addresses)
        .map((address) => withoutPeer(address.toString())),
    publish: ({ signed }) => gossip.publish(offersTopic(network), encodeCanonical(signed)),
  });
  const book = new OfferBook({
    self: key.address,
    table,
    announcer,
    onKeyElsewhere(offer) {
      seenElsewhere = offer;
      for (const listener of elsewhere) listener(offer);
    },
  });
  const isConnected = (node: string) => routes.connected().some((peer) => peer.address === node);
  const latencies = new Latencies({
    ping: (peer, limited) => host.services.ping.ping(peer, { signal: limited }),
    peerIdOf: routes.peerIdOf,
    isConnected,
    signal,
  });
  const exchange = createOfferExchange({ offers: () => book.all(), take: (offer) => book.take(offer) });
  const exchangeWith = async (node: string): Promise<void> => {
    try {
      await using stream = await routes.open(node, OFFERS_PROTOCOL, signal);
      await exchange.open(stream, signal);
    } catch (error) {
      // The next exchange, or gossip, brings what this one did not.
      log('debug', 'an exchange of offers was cut short', { peer: node, reason: reasonOf(error) });
    }
  };

  await server.serve(OFFERS_PROTOCOL, ({ stream }) => exchange.answer(stream, signal), 'costly');
  // Who dialled asks, once the peer is known to speak the protocol; the exchange goes both ways.
  await host.register(OFFERS_PROTOCOL, {
    onConnect(_, connection) {
      const peer = routes.peerOf(connection);
      if (peer && connection.direction === 'outbound') void exchangeWith(peer.address);
    },
  });
  // What was announced to nobody is said again to the first who listens, who hands it on to the others.
  gossip.onAudience(offersTopic(network), () => announcer.repeat());
  void (async () => {
    while (!signal.aborted) {
      await pause(networkLimits.offerIntervalMs * (0.8 + Math.random() * 0.4), signal);
      latencies.forget(table.sweep());
      const peer = pick(routes.connected());
      if (peer && !signal.aborted) await exchangeWith(peer.address);
    }
  })();

  return {
    announce: (body) => announcer.announce(body),
    withdraw: () => Promise.race([announcer.withdraw(), pause(networkLimits.offerPauseMs, signal)]),
    get: (node) => table.get(node),
    known: () =>
      table.all().map(({ offer, signed }) => {
        const latencyMs = latencies.get(offer.node);
        return { offer, signed, ...(latencyMs === undefined ? {} : { latencyMs }) };
      }),
    onOffer: (listener) => book.onOffer(listener),
    waitForOffer: (predicate, waiting) => book.waitForOffer(predicate, AbortSignal.any([waiting, signal])),
    measure: async (nodes) => {
      await Promise.all(nodes.slice(0, networkLimits.measured).map((node) => latencies.measure(node)));
    },
    onKeyElsewhere(listener) {
      elsewhere.add(listener);
      if (seenElsewhere) listener(seenElsewhere);
      return () => elsewhere.delete(listener);
    },
    gossiped: (data, from) => book.gossiped(data, from),
    async befriend(limited) {
      const stranger = pick(
        table.all().filter(({ offer }) => offer.addresses.length > 0 && !isConnected(offer.node)),
      );
      const peerId = stranger && routes.peerIdOf(stranger.offer.node);
      if (!peerId) return;
      const addresses = stranger.offer.addresses.map((address) => multiaddr(`${address}/p2p/${peerId}`));
      await host.dial(addresses, {
        signal: AbortSignal.any([limited, AbortSignal.timeout(networkLimits.dialMs)]),
      });
    },
  };
}

const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)];

const withoutPeer = (address: string): string => address.replace(/\/p2p\/[^/]+$/, '');
