import type { Connection, PeerId, Stream } from '@libp2p/interface';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { networkError, reasonOf } from '../errors.ts';
import { networkLimits } from '../limits.ts';
import { FrameStream } from '../wire/frame-stream.ts';
import { within } from '../wire/time.ts';
import { addressOfPeer } from './identity.ts';
import type { Host } from './libp2p.ts';

/** A node on the other end of a connection. */
export interface Peer {
  /** Address of the key that the connection's handshake has proven. */
  readonly address: string;
  readonly peerId: string;
}

/** What an offer tells about reaching its node. */
export interface Route {
  /** Recovered from the offer's signature. */
  readonly peerId: PeerId;
  readonly addresses: readonly string[];
}

export interface Routes {
  /** Address of a connected node, by its connection; undefined for a stranger whose key is no node key. */
  peerOf(connection: Connection): Peer | undefined;
  /** Nodes that are connected now. */
  connected(): Peer[];
  peerIdOf(node: string): PeerId | undefined;
  /**
   * Opens a stream to a node, dialling it where needed.
   *
   * @throws CodedError `NODE_UNKNOWN`, `NODE_UNREACHABLE`; or the signal's reason
   */
  open(node: string, protocol: string, signal?: AbortSignal): Promise<FrameStream>;
}

/** Made before the host starts, so that no connection is missed. @param routeOf what the offers say of a node */
export function createRoutes({
  host,
  routeOf,
}: {
  readonly host: Host;
  readonly routeOf: (node: string) => Route | undefined;
}): Routes {
  const peerOf = (connection: Connection): Peer | undefined => {
    const address = addressOfPeer(connection.remotePeer);
    return address === undefined ? undefined : { address, peerId: connection.remotePeer.toString() };
  };
  // Kept by events: working an address out of a peer id is a curve operation.
  const nodes = new Map<string, PeerId>();
  host.addEventListener('peer:connect', ({ detail }) => {
    const address = addressOfPeer(detail);
    if (address !== undefined) nodes.set(address, detail);
  });
  host.addEventListener('peer:disconnect', ({ detail }) => {
    const address = addressOfPeer(detail);
    if (address !== undefined) nodes.delete(address);
  });

  return {
    peerOf,
    connected: () => [...nodes].map(([address, peerId]) => ({ address, peerId: peerId.toString() })),
    peerIdOf: (node) => nodes.get(node) ?? routeOf(node)?.peerId,

    async open(node, protocol, signal) {
      const limited = within(networkLimits.dialMs, signal);
      try {
        const target = nodes.get(node) ?? dialable(routeOf(node));
        if (!target)
          throw networkError('NODE_UNKNOWN', `no connection and no offer tells where the node ${node} is`, {
            node,
          });
        const stream: Stream = await host.dialProtocol(target, protocol, { signal: limited });
        return new FrameStream(stream);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Error && error.name === 'CodedError') throw error;
        throw networkError(
          'NODE_UNREACHABLE',
          `node ${node} cannot be asked by ${protocol}: ${reasonOf(error)}`,
          { node, protocol },
          error,
        );
      }
    },
  };
}

/** Addresses of a node that is not connected, each with its peer id, so that nobody else can answer there. */
function dialable(route: Route | undefined): Multiaddr[] | PeerId | undefined {
  if (!route) return undefined;
  const addresses = route.addresses.map((address) => multiaddr(`${address}/p2p/${route.peerId}`));
  // Without addresses libp2p asks the Kademlia table.
  return addresses.length > 0 ? addresses : route.peerId;
}
