import { documentKind, field, type NodeKey, nested, recoverStatement, signStatement } from '@isobit/core';
import * as v from 'valibot';
import { modelError } from './errors.ts';

/** Source of the pattern of a name, a version and a petname. */
export const labelPattern = '[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?';

const label = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^${labelPattern}$`),
    'must be 1 to 64 of a-z 0-9 . _ - and begin and end with a letter or digit',
  ),
);

/** A signed pointer from `<key>/<name>:<version>` to a model (specs/name.md). */
export const nameRecordKind = documentKind(
  'name/1',
  v.strictObject({
    isobit: v.literal('name/1'),
    /** Address of the key that owns the name. */
    key: field.address,
    name: label,
    /** A version never changes: two ids for one version are evidence against the key. */
    version: label,
    model: field.cid,
    /** Grows with each record of the key and name; the highest wins among versions. */
    sequence: field.count,
    /** When the record stops being an answer to "which is the newest"; the version itself stays what it is. */
    expires: field.time,
  }),
);

export type NameRecord = ReturnType<typeof nameRecordKind.parse>;

export const signedNameKind = documentKind(
  'signed-name/1',
  v.strictObject({
    isobit: v.literal('signed-name/1'),
    record: nested(nameRecordKind),
    signature: field.signature,
  }),
);

export type SignedName = ReturnType<typeof signedNameKind.parse>;

export function signName(record: NameRecord, key: NodeKey): SignedName {
  if (record.key !== key.address)
    throw modelError('NAME_SIGNATURE', `the record is of ${record.key}, the key is ${key.address}`);
  return {
    isobit: 'signed-name/1',
    record,
    signature: signStatement(key, nameRecordKind.kind, nameRecordKind.digest(record)),
  };
}

/** Reads a signed name record. @throws CodedError `NAME_SIGNATURE`, or as `DocumentKind.parse` */
export function openName(value: unknown): NameRecord {
  const { record, signature } = signedNameKind.parse(value);
  if (recoverStatement(nameRecordKind.kind, nameRecordKind.digest(record), signature) !== record.key) {
    throw modelError(
      'NAME_SIGNATURE',
      `the record of "${record.name}:${record.version}" is not signed by ${record.key}`,
    );
  }
  return record;
}

/** True when both records speak of one version of one key's name and point to different models. */
export const contradicts = (a: NameRecord, b: NameRecord): boolean =>
  a.key === b.key && a.name === b.name && a.version === b.version && a.model !== b.model;
