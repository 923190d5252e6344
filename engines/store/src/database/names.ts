import { encodeCanonical } from '@isobit/core';
import { type NameRecord, openName, type SignedName, signedNameKind } from '@isobit/model';
import { storeError } from '../errors.ts';
import type { Database } from './database.ts';

/** What a name leads to. */
export interface ResolvedName {
  readonly record: NameRecord;
  readonly signed: SignedName;
  /** True when the key has signed another model for this version as well: see `contradictions`. */
  readonly contradicted: boolean;
}

/** Two records of one version, both signed: proof that the key broke its word. */
export interface NameContradiction {
  readonly kept: SignedName;
  readonly refused: SignedName;
  /** Milliseconds since 1970. */
  readonly found: number;
}

export interface Names {
  /**
   * Checks and keeps a signed record. A renewal (same version and model, higher sequence) replaces the older one.
   *
   * @returns false when it, or a later one, was known
   * @throws CodedError `NAME_CONTRADICTION` for a second model of one version, which is kept as evidence and not
   *   followed; or as `openName`
   */
  put(record: { signed: SignedName; time: number }): Promise<boolean>;
  /**
   * The record of a version, for ever; without a version the one of the highest sequence that has not expired.
   *
   * @param at milliseconds since 1970
   * @throws CodedError `NAME_AMBIGUOUS` where two versions have the highest sequence
   */
  resolve(
    name: { key: string; name: string; version?: string },
    at: number,
  ): Promise<ResolvedName | undefined>;
  /** Keys that have signed this name: more than one is for the user to choose from. */
  owners(name: string): Promise<string[]>;
  /** Records of a key, or of all. */
  list(key?: string): Promise<ResolvedName[]>;
  contradictions(key?: string): Promise<NameContradiction[]>;
}

export function createNames(database: Database): Names {
  return {
    async put({ signed, time }) {
      const record = openName(signed);
      const bytes = encodeCanonical(signed);
      const kept = await database.transaction(async (inside) => {
        const known = await find(inside, record);
        if (!known) return insert(inside, record, bytes);
        if (known.model !== record.model) {
          await keepContradiction(inside, record, bytes, time);
          return 'contradiction';
        }
        if (Number(known.sequence) >= record.sequence) return false;
        const { key, name, version, sequence, expires } = record;
        await inside.query
          .updateTable('names')
          .set({ sequence, expires, record: bytes })
          .where((e) => e.and({ key, name, version }))
          .execute();
        return true;
      });
      if (kept === 'contradiction') throw contradiction(record);
      return kept;
    },
    async resolve({ key, name, version }, at) {
      let found = database.query
        .selectFrom('names')
        .selectAll()
        .where((e) => e.and({ key, name }));
      found = version === undefined ? found.where('expires', '>', at) : found.where('version', '=', version);
      const [row, next] = await found.orderBy('sequence', 'desc').orderBy('version').limit(2).execute();
      if (row && next && Number(row.sequence) === Number(next.sequence)) throw ambiguous(row, next);
      return row && resolved(row.record, await isContradicted(database, row));
    },
    async owners(name) {
      const rows = await database.query
        .selectFrom('names')
        .select('key')
        .distinct()
        .where('name', '=', name)
        .orderBy('key')
        .execute();
      return rows.map((row) => row.key);
    },
    async list(key) {
      let found = database.query.selectFrom('names').selectAll();
      if (key !== undefined) found = found.where('key', '=', key);
      const rows = await found.orderBy('key').orderBy('name').orderBy('sequence', 'desc').execute();
      return Promise.all(rows.map(async (row) => resolved(row.record, await isContradicted(database, row))));
    },
    async contradictions(key) {
      let found = database.query
        .selectFrom('name_contradictions as c')
        .innerJoin('names as n', (j) =>
          j.onRef('n.key', '=', 'c.key').onRef('n.name', '=', 'c.name').onRef('n.version', '=', 'c.version'),
        )
        .select(['n.record as kept', 'c.record as refused', 'c.found']);
      if (key !== undefined) found = found.where('c.key', '=', key);
      const rows = await found.orderBy('c.found').orderBy('c.model').execute();
      return rows.map((row) => ({
        kept: signedNameKind.decode(row.kept),
        refused: signedNameKind.decode(row.refused),
        found: Number(row.found),
      }));
    },
  };
}

const find = ({ query }: Database, { key, name, version }: NameRecord) =>
  query
    .selectFrom('names')
    .selectAll()
    .where((e) => e.and({ key, name, version }))
    .executeTakeFirst();

async function insert({ query }: Database, record: NameRecord, bytes: Uint8Array): Promise<boolean> {
  const { isobit, ...fields } = record;
  await query
    .insertInto('names')
    .values({ ...fields, record: bytes })
    .execute();
  return true;
}

async function keepContradiction(
  { query }: Database,
  record: NameRecord,
  bytes: Uint8Array,
  found: number,
): Promise<void> {
  const { key, name, version, model } = record;
  await query
    .insertInto('name_contradictions')
    .values({ key, name, version, model, record: bytes, found })
    .onConflict((c) => c.columns(['key', 'name', 'version', 'model']).doNothing())
    .execute();
}

const contradiction = ({ key, name, version, model }: NameRecord): Error =>
  storeError(
    'NAME_CONTRADICTION',
    `${key} signed a second model for ${name}:${version}; the first stays, both are kept as evidence: ask the publisher`,
    { key, name, version, model },
  );

const ambiguous = (a: { name: string; version: string }, b: { version: string }): Error =>
  storeError(
    'NAME_AMBIGUOUS',
    `versions ${a.version} and ${b.version} of ${a.name} both claim to be the newest: name the version`,
    { name: a.name, versions: [a.version, b.version] },
  );

async function isContradicted(
  { query }: Database,
  { key, name, version }: { key: string; name: string; version: string },
): Promise<boolean> {
  const found = await query
    .selectFrom('name_contradictions')
    .select('model')
    .where((e) => e.and({ key, name, version }))
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

function resolved(bytes: Uint8Array, contradicted: boolean): ResolvedName {
  const signed = signedNameKind.decode(bytes);
  return { record: signed.record, signed, contradicted };
}
