import { type Canonical, canonicalText } from '@isobit/core';
import type { Database } from './database.ts';

/** Facts that a node remembers about itself, such as the models that it replicates. */
export interface Settings {
  get(key: string): Promise<Canonical | undefined>;
  /** @throws CodedError `CANONICAL_INVALID` */
  set(key: string, value: Canonical): Promise<void>;
  /** Replaces a value by what `change` makes of it, with nobody in between. Undefined removes it. */
  update(
    key: string,
    change: (value: Canonical | undefined) => Canonical | undefined,
  ): Promise<Canonical | undefined>;
}

export function createSettings(database: Database): Settings {
  const get = async ({ query }: Database, key: string): Promise<Canonical | undefined> => {
    const row = await query.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
    return row && (JSON.parse(row.value) as Canonical);
  };
  const update: Settings['update'] = (key, change) =>
    database.transaction(async (inside) => {
      const next = change(await get(inside, key));
      if (next === undefined) {
        await inside.query.deleteFrom('settings').where('key', '=', key).execute();
        return undefined;
      }
      const value = canonicalText(next);
      await inside.query
        .insertInto('settings')
        .values({ key, value })
        .onConflict((c) => c.column('key').doUpdateSet({ value }))
        .execute();
      return next;
    });
  return {
    get: (key) => get(database, key),
    set: async (key, value) => void (await update(key, () => value)),
    update,
  };
}
