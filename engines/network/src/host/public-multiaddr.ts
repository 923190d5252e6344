import { isPublicAddress } from '@isobit/core';
import type { Multiaddr } from '@multiformats/multiaddr';

/** True for a multiaddr that begins with a literal IP address of the public internet. */
export function isPublicMultiaddr(address: Multiaddr): boolean {
  const [host] = address.getComponents();
  if (host?.value === undefined) return false;
  return (host.name === 'ip4' || host.name === 'ip6') && isPublicAddress(host.value);
}
