import { type LookupAddress, lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from '@isobit/core';
import { buildConnector } from 'undici';
import { storeError } from '../../errors.ts';

const refused = (host: string, address: string): Error =>
  storeError(
    'ADDRESS_REFUSED',
    `${host} leads to ${address}, which is not on the public internet: allow private addresses if you trust who named it`,
    { host, address },
  );

/**
 * A resolver that gives only public addresses. The address that is checked is the address that is connected to,
 * so a name that changes its mind between two questions gains nothing.
 */
export const publicLookup =
  (resolve: typeof lookup = lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const addresses: LookupAddress[] = found.filter(({ address }) => isPublicAddress(address));
      const [first] = addresses;
      if (!first)
        return callback(refused(hostname, found.map(({ address }) => address).join(', ') || 'nothing'), []);
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };

/** The refusal of a host that is an address in itself, which is connected to without a look-up. */
export const refuseLiteral = (host: string): Error | undefined =>
  isIP(host) && !isPublicAddress(host) ? refused(host, host) : undefined;

/** An undici connector that opens sockets to public addresses only. @param timeout milliseconds */
export function guardedConnector(timeout: number): buildConnector.connector {
  const connect = buildConnector({ timeout, lookup: publicLookup() });
  return (options, callback) => {
    const refusal = refuseLiteral(options.hostname.replace(/^\[|\]$/g, ''));
    if (refusal) return callback(refusal, null);
    return connect(options, callback);
  };
}
