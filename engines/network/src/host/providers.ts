import { digestOfCid } from '@isobit/core';
import { CID } from 'multiformats/cid';
import { reasonOf } from '../errors.ts';
import { networkLimits } from '../limits.ts';
import { addressOfPeer } from './identity.ts';
import type { Host } from './libp2p.ts';
import type { NetworkLog } from './options.ts';

export interface Providers {
  /** Tells the Kademlia table that this node serves a model. Repeated by itself. @throws CodedError `CID_INVALID`; or the signal's reason */
  provide(model: string, signal?: AbortSignal): Promise<void>;
  /** Addresses of nodes that told the table so; empty without a table. @throws CodedError `CID_INVALID`; or the signal's reason */
  findProviders(model: string, signal?: AbortSignal): Promise<string[]>;
}

export function createProviders({ host, log }: { readonly host: Host; readonly log: NetworkLog }): Providers {
  const keyOf = (model: string): CID => {
    digestOfCid(model);
    return CID.parse(model);
  };
  const hasTable = host.services.dht !== undefined;
  return {
    async provide(model, signal) {
      const key = keyOf(model);
      if (!hasTable) return;
      try {
        await host.contentRouting.provide(key, signal ? { signal } : {});
      } catch (error) {
        signal?.throwIfAborted();
        // The offer's `holds` tells the same to whoever hears it; the table repeats by itself.
        log('debug', 'the table took no record of a provider', { model, reason: reasonOf(error) });
      }
    },
    async findProviders(model, signal) {
      const key = keyOf(model);
      const found = new Set<string>();
      if (!hasTable) return [];
      try {
        for await (const { id } of host.contentRouting.findProviders(key, signal ? { signal } : {})) {
          const address = addressOfPeer(id);
          if (address !== undefined && !id.equals(host.peerId)) found.add(address);
          if (found.size >= networkLimits.providers) break;
        }
      } catch (error) {
        signal?.throwIfAborted();
        log('debug', 'the table was not asked to the end', { model, reason: reasonOf(error) });
      }
      return [...found];
    },
  };
}
