import { decodeCanonical, encodeCanonical } from '@isobit/core';
import { type Manifest, openManifest, type SignedManifest, signedManifestKind } from '@isobit/model';
import type { Database } from './database.ts';

/** A model that this node knows. Its bytes may be here or not. */
export interface StoredModel {
  readonly id: string;
  readonly manifest: Manifest;
  /** The manifest as its publisher signed it. */
  readonly signed: SignedManifest;
  /** Milliseconds since 1970. */
  readonly added: number;
  readonly source: string;
}

export interface Models {
  /**
   * Checks and keeps a manifest; one that is known stays as it was.
   *
   * @returns its id, and whether it is new
   * @throws CodedError as `openManifest`
   */
  add(model: {
    signed: SignedManifest;
    source: string;
    time: number;
  }): Promise<{ id: string; added: boolean }>;
  get(id: string): Promise<StoredModel | undefined>;
  /** All, the newest first. */
  list(): Promise<StoredModel[]>;
  /** False when it was not known. */
  remove(id: string): Promise<boolean>;
}

type Row = { id: string; manifest: Uint8Array; added: number; source: string };

export function createModels(database: Database): Models {
  return {
    add({ signed, source, time }) {
      const { id } = openManifest(signed);
      const row: Row = { id, manifest: encodeCanonical(signed), added: time, source };
      return database.transaction(async ({ query }) => {
        const made = await query
          .insertInto('models')
          .values(row)
          .onConflict((c) => c.column('id').doNothing())
          .executeTakeFirst();
        return { id, added: Number(made.numInsertedOrUpdatedRows) === 1 };
      });
    },
    async get(id) {
      const row = await database.query
        .selectFrom('models')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row && fromRow(row);
    },
    async list() {
      const rows = await database.query
        .selectFrom('models')
        .selectAll()
        .orderBy('added', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(fromRow);
    },
    remove: (id) =>
      database.transaction(async ({ query }) => {
        const { numDeletedRows } = await query.deleteFrom('models').where('id', '=', id).executeTakeFirst();
        return Number(numDeletedRows) === 1;
      }),
  };
}

/** Checked when it was added: here only its shape is read, not its signature. */
function fromRow({ id, manifest, added, source }: Row): StoredModel {
  const signed = signedManifestKind.parse(decodeCanonical(manifest));
  return { id, manifest: signed.manifest, signed, added: Number(added), source };
}
