import type { NodeKey } from '@isobit/core';
import {
  type Manifest,
  type NameRecord,
  openManifest,
  type SignedManifest,
  type SignedName,
  signManifest,
  signName,
} from '@isobit/model';
import { nodeError } from '../errors.ts';

/** How long a name record answers "which is the newest" before its owner must sign it again. */
const NAME_LIFETIME_MS = 365 * 24 * 3600_000;

/** A model and what it is to be called. */
export interface Publication {
  readonly manifest: Omit<Manifest, 'publisher' | 'isobit'>;
  readonly name: string;
  /** The next free whole number when absent. */
  readonly version?: string;
}

/**
 * Signs a manifest and a name record for it.
 *
 * @param records of this key and name, all that there are: signing a version twice is evidence against the key
 * @throws CodedError `VERSION_TAKEN`
 */
export function signPublication(
  { manifest: facts, name, version }: Publication,
  { key, records, now }: { key: NodeKey; records: readonly NameRecord[]; now: number },
): { id: string; signed: SignedManifest; named: SignedName } {
  const signed = signManifest({ ...facts, isobit: 'manifest/1', publisher: key.address }, key);
  const { id } = openManifest(signed);
  const same = records.find(
    (record) => record.version === version || (version === undefined && record.model === id),
  );
  if (same && same.model !== id)
    throw nodeError(
      'VERSION_TAKEN',
      `${name}:${same.version} is ${same.model} and a version never changes; push it as another version`,
      { id: same.model },
    );
  const named = signName(
    {
      isobit: 'name/1',
      key: key.address,
      name,
      version: same?.version ?? version ?? nextVersion(records),
      model: id,
      sequence: Math.max(-1, ...records.map((record) => record.sequence)) + 1,
      expires: now + NAME_LIFETIME_MS,
    },
    key,
  );
  return { id, signed, named };
}

function nextVersion(records: readonly NameRecord[]): string {
  const numbers = records.map((record) => Number(record.version)).filter(Number.isSafeInteger);
  return String(Math.max(0, ...numbers) + 1);
}
