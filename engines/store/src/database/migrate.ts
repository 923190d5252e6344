import type { Kysely } from 'kysely';
import { storeError } from '../errors.ts';
import { type Migration, migrations } from './migrations.ts';

interface Versions {
  isobit_schema: { version: number; applied: number };
}

/**
 * Brings a schema to the newest version, all in one transaction.
 *
 * @returns the version it has now
 * @throws CodedError `DATABASE_NEWER` when a newer program wrote it
 */
export async function migrate(
  db: Kysely<unknown>,
  steps: readonly Migration[] = migrations,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await trx.schema
      .createTable('isobit_schema')
      .ifNotExists()
      .addColumn('version', 'bigint', (c) => c.primaryKey())
      .addColumn('applied', 'bigint', (c) => c.notNull())
      .execute();
    const versions = trx as unknown as Kysely<Versions>;
    const newest = await versions
      .selectFrom('isobit_schema')
      .select('version')
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst();
    const version = Number(newest?.version ?? 0);
    if (version > steps.length) {
      const message = `the database has schema ${version} and this Isobit knows ${steps.length}: use the Isobit that wrote it, or a newer one`;
      throw storeError('DATABASE_NEWER', message, { version, known: steps.length });
    }
    for (const [at, step] of steps.entries()) {
      if (at < version) continue;
      await step(trx);
      await versions
        .insertInto('isobit_schema')
        .values({ version: at + 1, applied: Date.now() })
        .execute();
    }
    return steps.length;
  });
}
