import { networkInterfaces } from 'node:os';
import { limits } from '@isobit/core';
import type { NodeOptions } from '../options.ts';

const WILDCARDS = ['0.0.0.0', '::'];

/** An address as it stands in a URL. */
const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** Addresses of this machine that others may reach, IPv4 first. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);

/** Addresses that `host` stands for, as a listener takes it. */
const heardOn = (host: string): string[] => (WILDCARDS.includes(host) ? ownAddresses() : [host]);

/** Base URL for programs on this machine. */
export const localUrl = ({ host }: NonNullable<NodeOptions['http']>, port: number): string =>
  `http://${WILDCARDS.includes(host) ? '127.0.0.1' : inUrl(host)}:${port}`;

/** Base URLs to tell others; that for this machine where it has no other. */
export function announcedUrls(http: NonNullable<NodeOptions['http']>, port: number): string[] {
  const urls = heardOn(http.host).map((address) => `http://${inUrl(address)}:${port}`);
  return urls.length > 0 ? urls.slice(0, limits.offerUrls) : [localUrl(http, port)];
}

/**
 * Names under which this node may be asked besides loopback's: those that the operator gave, and the addresses that
 * it listens on. A literal address is safe to answer to, since no page can make its own name one.
 */
export function hostNames({ hosts, http }: Pick<NodeOptions, 'hosts' | 'http'>): string[] {
  if (!http) return [...hosts];
  return [
    ...hosts,
    ...heardOn(http.host)
      .filter((host) => host !== 'localhost')
      .map(inUrl),
  ];
}
