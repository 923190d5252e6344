import { isHex32, type NodeKey } from '@isobit/core';
import { CODE_P2P, type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { networkError, reasonOf } from '../errors.ts';

/** A line for the operator. `fields` hold names, counts and codes, never content. */
export type NetworkLog = (
  level: 'debug' | 'info' | 'warn',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

export interface NetworkOptions {
  readonly key: NodeKey;
  /** Digest of the genesis document, 64 hex characters: peers of other networks are never gossiped with. */
  readonly network: string;
  /** Multiaddrs to listen on; `/ip4/127.0.0.1/tcp/0` when absent. Empty for a client that only dials. */
  readonly listen?: readonly string[];
  /** Join addresses of other nodes, each with its `/p2p/<peer id>`; they are dialled again for as long as they are away. */
  readonly join?: readonly string[];
  /** Finds peers on the local network; needs `allowPrivate`. */
  readonly mdns?: boolean;
  /** Takes part in the Kademlia table, under `/isobit/kad/1.0.0`. True when absent. */
  readonly dht?: boolean;
  /** Whether addresses that peers announce may lead to private networks, this machine included. */
  readonly allowPrivate?: boolean;
  readonly log?: NetworkLog;
}

/** Options checked and with their defaults. */
export interface NetworkSettings extends Required<Omit<NetworkOptions, 'join' | 'listen'>> {
  readonly listen: readonly Multiaddr[];
  readonly join: readonly Multiaddr[];
}

/** @throws CodedError `NETWORK_OPTIONS` */
export function networkSettings(options: NetworkOptions): NetworkSettings {
  const { key, network, listen = ['/ip4/127.0.0.1/tcp/0'], join = [] } = options;
  const { mdns = false, dht = true, allowPrivate = false, log = () => {} } = options;
  if (!isHex32(network))
    throw networkError(
      'NETWORK_OPTIONS',
      'a network is named by 64 hex characters: the digest of its genesis document',
    );
  if (mdns && !allowPrivate) {
    throw networkError(
      'NETWORK_OPTIONS',
      'mdns finds peers at private addresses, which are not dialled: set allowPrivate too, or leave mdns off',
    );
  }
  return {
    key,
    network,
    mdns,
    dht,
    allowPrivate,
    log,
    listen: listen.map((text) => parse(text, 'listen')),
    join: join.map(parseJoin),
  };
}

/** @throws CodedError `NETWORK_OPTIONS` */
function parseJoin(text: string): Multiaddr {
  const address = parse(text, 'join');
  if (peerIdIn(address)) return address;
  throw networkError(
    'NETWORK_OPTIONS',
    `the join address ${text.slice(0, 200)} does not end in /p2p/<peer id>: copy it whole from the other node's output`,
  );
}

function parse(text: string, what: string): Multiaddr {
  try {
    return multiaddr(text);
  } catch (error) {
    throw networkError(
      'NETWORK_OPTIONS',
      `"${text.slice(0, 200)}" is no ${what} address (${reasonOf(error)}); one looks like /ip4/127.0.0.1/tcp/4001`,
    );
  }
}

/** Peer id at the end of an address, as text. */
export const peerIdIn = (address: Multiaddr): string | undefined =>
  address.getComponents().findLast((component) => component.code === CODE_P2P)?.value;
