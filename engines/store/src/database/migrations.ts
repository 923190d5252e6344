import { type Kysely, PostgresAdapter } from 'kysely';

/** One step of the schema. A step that was released never changes; a change is a new step. */
export type Migration = (db: Kysely<unknown>) => Promise<void>;

/** The type of byte columns: the one word in which the databases differ. */
const bytesType = (db: Kysely<unknown>): 'bytea' | 'blob' =>
  db.getExecutor().adapter instanceof PostgresAdapter ? 'bytea' : 'blob';

const groundFloor: Migration = async (db) => {
  const bytes = bytesType(db);
  const { schema } = db;
  await schema
    .createTable('models')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('manifest', bytes as 'blob', (c) => c.notNull())
    .addColumn('added', 'bigint', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('names')
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('sequence', 'bigint', (c) => c.notNull())
    .addColumn('expires', 'bigint', (c) => c.notNull())
    .addColumn('record', bytes as 'blob', (c) => c.notNull())
    .addPrimaryKeyConstraint('names_version', ['key', 'name', 'version'])
    .execute();
  await schema.createIndex('names_by_name').on('names').column('name').execute();
  await schema
    .createTable('name_contradictions')
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('record', bytes as 'blob', (c) => c.notNull())
    .addColumn('found', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('name_contradictions_model', ['key', 'name', 'version', 'model'])
    .execute();
  await schema
    .createTable('petnames')
    .addColumn('owner', 'text', (c) => c.primaryKey())
    .addColumn('key', 'text', (c) => c.notNull())
    .execute();
  await schema
    .createTable('receipts')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('log_index', 'bigint')
    .addColumn('bytes', bytes as 'blob', (c) => c.notNull())
    .addColumn('time', 'bigint', (c) => c.notNull())
    .addColumn('worker', 'text', (c) => c.notNull())
    .addColumn('model', 'text', (c) => c.notNull())
    .addColumn('request', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .execute();
  await schema.createIndex('receipts_by_time').on('receipts').columns(['time', 'digest']).execute();
  await schema.createIndex('receipts_by_request').on('receipts').columns(['request', 'worker']).execute();
  await schema
    .createTable('evidence')
    .addColumn('receipt', 'text', (c) => c.primaryKey())
    .addColumn('bytes', bytes as 'blob', (c) => c.notNull())
    .addColumn('added', 'bigint', (c) => c.notNull())
    .execute();
  await schema
    .createTable('settings')
    .addColumn('key', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
};

const accessKeys: Migration = (db) =>
  db.schema
    .createTable('access_keys')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('digest', 'text', (c) => c.notNull().unique())
    .addColumn('created', 'bigint', (c) => c.notNull())
    .addColumn('expires', 'bigint')
    .addColumn('requests_per_minute', 'bigint')
    .addColumn('tokens_per_day', 'bigint')
    .addColumn('concurrent', 'bigint')
    .addColumn('models', 'text')
    .addColumn('spent_day', 'bigint', (c) => c.notNull())
    .addColumn('spent_tokens', 'bigint', (c) => c.notNull())
    .execute();

/** Steps in order; the version of a schema is how many of them it has seen. */
export const migrations: readonly Migration[] = [groundFloor, accessKeys];
