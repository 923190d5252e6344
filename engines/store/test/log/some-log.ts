import { nodeKey, noteKey, utf8 } from '@isobit/core';
import { createCosigner, verifierOf, witnessName } from '@isobit/log';
import { type LogOptions, openLog, type Witness, type WitnessStore } from '@isobit/store';

export const key = nodeKey(new Uint8Array(32).fill(1));
export const logKey = noteKey(new Uint8Array(32).fill(2));

/** A log with small files, so that a test crosses every edge, and no publication but on demand. */
export const openSome = (dir: string, options: Partial<LogOptions> = {}) =>
  openLog({ dir, key, noteKey: logKey, publishIntervalMs: 3_600_000, walBytes: 32 * 1024, ...options });

export const someEntries = (count: number, from = 0): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => utf8(`entry ${from + i}`));

export const someCosigner = (seed: number) => {
  const { address } = nodeKey(new Uint8Array(32).fill(seed));
  return createCosigner(witnessName(address), noteKey(new Uint8Array(32).fill(seed + 1)));
};

/** A witness store as a log reaches it, without a network between. */
export const asWitness = (store: WitnessStore, evidence = true): Witness => ({
  key: verifierOf(store.cosigner.vkey),
  addCheckpoint: (body) => store.addCheckpoint(body),
  ...(evidence ? { latest: async (originHash: string) => store.latest(originHash) } : {}),
});

export const coded = (code: string) => ({ name: 'CodedError', code });
