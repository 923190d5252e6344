import { noise } from '@chainsafe/libp2p-noise';
import { type GossipSub, gossipsub } from '@libp2p/gossipsub';
import { type Identify, identify } from '@libp2p/identify';
import type { ContentRouting, Libp2p } from '@libp2p/interface';
import { type KadDHT, kadDHT, passthroughMapper, removePrivateAddressesMapper } from '@libp2p/kad-dht';
import { mdns } from '@libp2p/mdns';
import { type Ping, ping } from '@libp2p/ping';
import { tcp } from '@libp2p/tcp';
import { createLibp2p } from 'libp2p';
import { networkError, reasonOf } from '../errors.ts';
import { networkLimits } from '../limits.ts';
import { gossipOptions } from './gossip-options.ts';
import { guardedYamux } from './guarded-yamux.ts';
import { privateKeyOf } from './identity.ts';
import type { NetworkSettings } from './options.ts';
import { isPublicMultiaddr } from './public-multiaddr.ts';

export interface Services extends Record<string, unknown> {
  readonly identify: Identify;
  readonly ping: Ping;
  readonly gossip: GossipSub;
  readonly dht?: KadDHT;
}

export type Host = Libp2p<Services> & { readonly contentRouting: ContentRouting };

/** A libp2p node, not yet started, so that it can be given its handlers before the first peer comes. */
export async function createHost(settings: NetworkSettings): Promise<Host> {
  const { listen, join, allowPrivate } = settings;
  const joined = new Set(join.map((address) => address.toString()));
  const bare = new Set(join.map((address) => withoutPeer(address.toString())));
  const host = await createLibp2p<Services>({
    privateKey: privateKeyOf(settings.key),
    start: false,
    nodeInfo: { name: 'isobit', userAgent: 'isobit/0.1.0' },
    addresses: { listen: listen.map(String) },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [
      guardedYamux({
        maxInboundStreams: networkLimits.streamsPerConnection,
        maxOutboundStreams: networkLimits.streamsPerConnection,
        streamOptions: { maxStreamWindowSize: networkLimits.windowBytes },
      }),
    ],
    connectionManager: {
      maxConnections: networkLimits.connections,
      dialTimeout: networkLimits.joinMs,
      addressDialTimeout: networkLimits.joinMs,
      inboundUpgradeTimeout: networkLimits.joinMs,
      // A network that starts on one machine dials in a burst from one address; refusing it raises ECONNRESET.
      inboundConnectionThreshold: networkLimits.connections,
      maxIncomingPendingConnections: networkLimits.connections,
    },
    connectionGater: {
      // What the operator wrote down may be private; what peers announce may not, unless the operator says so.
      denyDialMultiaddr: (address) => {
        if (allowPrivate || isPublicMultiaddr(address)) return false;
        return !joined.has(address.toString()) && !bare.has(withoutPeer(address.toString()));
      },
    },
    peerDiscovery: settings.mdns ? [mdns({ serviceTag: 'isobit', interval: 10_000 })] : [],
    services: {
      identify: identify({ protocolPrefix: 'isobit', runOnConnectionOpen: true }),
      ping: ping({
        protocolPrefix: 'isobit',
        maxInboundStreams: 8,
        maxOutboundStreams: 8,
        timeout: networkLimits.pingMs,
      }),
      gossip: gossipsub(gossipOptions(settings)) as never,
      ...(settings.dht ? { dht: dhtOf(allowPrivate) as never } : {}),
    },
    // The monitor's pings end connections to peers that are gone without a word.
    connectionMonitor: { protocolPrefix: 'isobit', pingTimeout: { minTimeout: networkLimits.dialMs } },
  });
  return host as Host;
}

/** @throws CodedError `NETWORK_LISTEN` */
export async function startHost(host: Host, { listen }: NetworkSettings): Promise<void> {
  try {
    await host.start();
  } catch (error) {
    await host.stop();
    throw networkError(
      'NETWORK_LISTEN',
      `cannot listen on ${listen.join(', ')}: ${reasonOf(error)}. Choose another port, or 0 for any`,
      { listen: listen.map(String) },
      error,
    );
  }
}

/** Every node serves the table: a private network has no public address that could tell who can. */
const dhtOf = (allowPrivate: boolean) =>
  kadDHT({
    protocol: '/isobit/kad/1.0.0',
    clientMode: false,
    allowQueryWithZeroPeers: true,
    peerInfoMapper: allowPrivate ? passthroughMapper : removePrivateAddressesMapper,
  });

const withoutPeer = (address: string): string => address.replace(/\/p2p\/[^/]+$/, '');
