import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { Kysely, sql } from 'kysely';
import { migrate } from '../../src/database/migrate.ts';
import type { Migration } from '../../src/database/migrations.ts';
import { sqliteDialect } from '../../src/database/sqlite-dialect.ts';

const table =
  (name: string): Migration =>
  (db) =>
    db.schema.createTable(name).addColumn('id', 'text').execute();

const tables = async (db: Kysely<unknown>): Promise<string[]> =>
  (await db.introspection.getTables()).map(({ name }) => name).sort();

test('each step runs once, in order, and a failing one leaves no trace', async (t) => {
  await using db = new Kysely<unknown>({ dialect: sqliteDialect({ file: join(tempDir(t), 'db') }) });
  assert.equal(await migrate(db, [table('one')]), 1);
  assert.equal(await migrate(db, [table('one'), table('two')]), 2);
  const fails: Migration = async (trx) => {
    await table('three')(trx);
    await sql`select * from nowhere`.execute(trx);
  };
  await assert.rejects(migrate(db, [table('one'), table('two'), fails]), /nowhere/);
  assert.deepEqual(await tables(db), ['isobit_schema', 'one', 'two']);
});

test('fewer steps than the schema has seen is a newer database', async (t) => {
  await using db = new Kysely<unknown>({ dialect: sqliteDialect({ file: join(tempDir(t), 'db') }) });
  await migrate(db, [table('one'), table('two')]);
  await assert.rejects(migrate(db, [table('one')]), { code: 'DATABASE_NEWER' });
});
