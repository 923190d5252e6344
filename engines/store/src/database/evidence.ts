import type { Database } from './database.ts';

/** Evidence that the user of this node keeps. It may disclose prompts: nothing else stores them. */
export interface EvidenceStore {
  /** Keeps a document under its receipt's digest, in place of an earlier one: a later one discloses more. */
  put(evidence: { receipt: string; bytes: Uint8Array; time: number }): Promise<void>;
  get(receipt: string): Promise<Uint8Array | undefined>;
  /** The newest first. */
  list(): Promise<{ receipt: string; added: number }[]>;
  /** False when it was not known. */
  remove(receipt: string): Promise<boolean>;
}

export function createEvidenceStore(database: Database): EvidenceStore {
  return {
    put: ({ receipt, bytes, time }) =>
      database.transaction(async ({ query }) => {
        await query
          .insertInto('evidence')
          .values({ receipt, bytes, added: time })
          .onConflict((c) => c.column('receipt').doUpdateSet({ bytes, added: time }))
          .execute();
      }),
    async get(receipt) {
      return (
        await database.query
          .selectFrom('evidence')
          .select('bytes')
          .where('receipt', '=', receipt)
          .executeTakeFirst()
      )?.bytes;
    },
    async list() {
      const rows = await database.query
        .selectFrom('evidence')
        .select(['receipt', 'added'])
        .orderBy('added', 'desc')
        .orderBy('receipt')
        .execute();
      return rows.map(({ receipt, added }) => ({ receipt, added: Number(added) }));
    },
    remove: (receipt) =>
      database.transaction(async ({ query }) => {
        const { numDeletedRows } = await query
          .deleteFrom('evidence')
          .where('receipt', '=', receipt)
          .executeTakeFirst();
        return Number(numDeletedRows) === 1;
      }),
  };
}
