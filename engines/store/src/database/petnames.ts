import { storeError } from '../errors.ts';
import type { Database } from './database.ts';

/** This machine's short words for keys: `alice` in `alice/digits:2`. */
export interface Petnames {
  /** @throws CodedError `PETNAME_TAKEN`, naming both keys, when the word stands for another key */
  set(owner: string, key: string): Promise<void>;
  get(owner: string): Promise<string | undefined>;
  /** Words for a key. */
  of(key: string): Promise<string[]>;
  list(): Promise<{ owner: string; key: string }[]>;
  /** False when it was not known. */
  remove(owner: string): Promise<boolean>;
}

export function createPetnames(database: Database): Petnames {
  const get = async ({ query }: Database, owner: string): Promise<string | undefined> =>
    (await query.selectFrom('petnames').select('key').where('owner', '=', owner).executeTakeFirst())?.key;
  return {
    set: (owner, key) =>
      database.transaction(async (inside) => {
        const known = await get(inside, owner);
        if (known === key) return;
        if (known !== undefined) {
          throw storeError(
            'PETNAME_TAKEN',
            `"${owner}" stands for ${known}, not for ${key}: remove it first, or choose another word`,
            { owner, keys: [known, key] },
          );
        }
        await inside.query.insertInto('petnames').values({ owner, key }).execute();
      }),
    get: (owner) => get(database, owner),
    async of(key) {
      const rows = await database.query
        .selectFrom('petnames')
        .select('owner')
        .where('key', '=', key)
        .orderBy('owner')
        .execute();
      return rows.map((row) => row.owner);
    },
    async list() {
      const rows = await database.query.selectFrom('petnames').selectAll().orderBy('owner').execute();
      return rows.map(({ owner, key }) => ({ owner, key }));
    },
    remove: (owner) =>
      database.transaction(async ({ query }) => {
        const { numDeletedRows } = await query
          .deleteFrom('petnames')
          .where('owner', '=', owner)
          .executeTakeFirst();
        return Number(numDeletedRows) === 1;
      }),
  };
}
