import { storeError } from '../errors.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** What a key of a gateway allows. What is absent is not limited by the key. */
export interface KeyLimits {
  readonly requestsPerMinute?: number;
  /** Of a day in UTC. */
  readonly tokensPerDay?: number;
  /** Questions at once. */
  readonly concurrent?: number;
  /** Ids of the models that may be asked. */
  readonly models?: readonly string[];
}

/** A key, of which only the hash is kept. Times are milliseconds since 1970. */
export interface AccessKey extends KeyLimits {
  /** How its operator calls it. */
  readonly name: string;
  /** SHA-256 of what its bearer shows; 64 hex characters. */
  readonly digest: string;
  readonly created: number;
  readonly expires?: number;
}

/** An `AccessKey`, with the tokens that were counted last and the day in UTC that they count for. */
export interface StoredAccessKey extends AccessKey {
  readonly spent: { readonly day: number; readonly tokens: number };
}

/** The keys with which others may ask this node's gateway. */
export interface AccessKeys {
  /** @throws CodedError `KEY_NAME_TAKEN` */
  add(key: AccessKey): Promise<void>;
  /** By name. */
  list(): Promise<StoredAccessKey[]>;
  /** Keeps how many tokens a key has spent on a day; of a key that is gone, nothing. */
  setSpent(name: string, spent: StoredAccessKey['spent']): Promise<void>;
  /** False when it was not known. */
  remove(name: string): Promise<boolean>;
}

export function createAccessKeys(database: Database): AccessKeys {
  return {
    add: (key) =>
      database.transaction(async ({ query }) => {
        const { name } = key;
        const known = await query.selectFrom('access_keys').select('name').where('name', '=', name).execute();
        if (known.length > 0)
          throw storeError(
            'KEY_NAME_TAKEN',
            `there is a key "${name}" already: remove it first, or choose another name`,
            { name },
          );
        await query.insertInto('access_keys').values(rowOf(key)).execute();
      }),
    async list() {
      const rows = await database.query.selectFrom('access_keys').selectAll().orderBy('name').execute();
      return rows.map(keyOf);
    },
    setSpent: (name, { day, tokens }) =>
      database.transaction(async ({ query }) => {
        await query
          .updateTable('access_keys')
          .set({ spent_day: day, spent_tokens: tokens })
          .where('name', '=', name)
          .execute();
      }),
    remove: (name) =>
      database.transaction(async ({ query }) => {
        const { numDeletedRows } = await query
          .deleteFrom('access_keys')
          .where('name', '=', name)
          .executeTakeFirst();
        return Number(numDeletedRows) === 1;
      }),
  };
}

const rowOf = (key: AccessKey): Tables['access_keys'] => ({
  name: key.name,
  digest: key.digest,
  created: key.created,
  expires: key.expires ?? null,
  requests_per_minute: key.requestsPerMinute ?? null,
  tokens_per_day: key.tokensPerDay ?? null,
  concurrent: key.concurrent ?? null,
  models: key.models ? JSON.stringify(key.models) : null,
  spent_day: 0,
  spent_tokens: 0,
});

function keyOf(row: Tables['access_keys']): StoredAccessKey {
  const { name, digest, models } = row;
  const count = <N extends string>(member: N, value: number | null) =>
    (value === null ? {} : { [member]: Number(value) }) as { [M in N]?: number };
  return {
    name,
    digest,
    created: Number(row.created),
    ...count('expires', row.expires),
    ...count('requestsPerMinute', row.requests_per_minute),
    ...count('tokensPerDay', row.tokens_per_day),
    ...count('concurrent', row.concurrent),
    ...(models === null ? {} : { models: JSON.parse(models) as string[] }),
    spent: { day: Number(row.spent_day), tokens: Number(row.spent_tokens) },
  };
}
