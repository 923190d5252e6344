import { decodeCanonical, encodeCanonical, isCoded } from '@isobit/core';
import { type NameRecord, openName, type SignedName } from '@isobit/model';
import { networkError } from '../errors.ts';
import type { Gossip, Gossiped } from '../host/gossip.ts';
import { networkLimits } from '../limits.ts';

/** Hears of a name that somebody published. */
export type NameListener = (record: NameRecord, signed: SignedName) => void;

export interface NameGossip {
  /** Tells the network of a name record, whoever signed it. @throws CodedError `DOCUMENT_REFUSED` */
  publishName(signed: SignedName): Promise<void>;
  /** @returns a function that ends the subscription */
  onName(listener: NameListener): () => void;
  gossiped(data: Uint8Array): Gossiped;
}

export function createNameGossip({
  gossip,
  topic,
}: {
  readonly gossip: Gossip;
  readonly topic: string;
}): NameGossip {
  const listeners = new Set<NameListener>();
  return {
    async publishName(signed) {
      const bytes = encodeCanonical(signed);
      try {
        openName(signed);
        if (bytes.length > networkLimits.nameBytes)
          throw new RangeError(`${bytes.length} bytes, at most ${networkLimits.nameBytes}`);
      } catch (error) {
        throw networkError(
          'DOCUMENT_REFUSED',
          `this name record is not published: ${(error as Error).message}`,
          {},
          error,
        );
      }
      await gossip.publish(topic, bytes);
    },
    onName(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    gossiped(data) {
      try {
        const signed = decodeCanonical(data, networkLimits.nameBytes) as unknown as SignedName;
        const record = openName(signed);
        if (record.expires <= Date.now()) return 'ignore';
        for (const listener of listeners) listener(record, signed);
        return 'accept';
      } catch (error) {
        if (isCoded(error)) return 'reject';
        throw error;
      }
    },
  };
}
