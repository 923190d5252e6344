import { AsyncLocalStorage } from 'node:async_hooks';
import { closeSync, openSync } from 'node:fs';
import { type Dialect, Kysely } from 'kysely';
import { storeError } from '../errors.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { sqliteDialect } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';

/** What repositories work on: a whole database, or the inside of one of its transactions. */
export interface Database {
  /** For reading. Inside a transaction it sees what that has written; outside, what was committed. */
  readonly query: Kysely<Tables>;
  /**
   * Runs `work` and commits it durably before resolving; when it throws, nothing of it remains. Writes are made
   * one after the other; those that wait together share a commit. Inside of `work` use only the `inside` that it
   * is given, and await nothing but queries: everybody else waits meanwhile. `inside.transaction` joins.
   *
   * @throws CodedError `DATABASE_NESTED`, `DATABASE_CLOSED`, `STORE_FULL`, `STORE_IO`; and what `work` throws
   */
  transaction<T>(work: (inside: Database) => Promise<T>): Promise<T>;
}

export interface OpenedDatabase extends Database, AsyncDisposable {
  /** Ends what has begun, and closes. */
  close(): Promise<void>;
}

export type DatabaseOptions =
  | {
      /** Path of the SQLite file, created readable by its owner only. */
      readonly file: string;
    }
  | {
      /** Another database of the same queries: kysely's `PostgresDialect`. */
      readonly dialect: Dialect;
    };

/**
 * Opens the state of a node and brings its schema up to date.
 *
 * @throws CodedError `DATABASE_NEWER`, `DATABASE_INVALID`, `STORE_IO`
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenedDatabase> {
  const writer = new Kysely<Tables>({
    dialect: 'file' in options ? writerOf(options.file) : options.dialect,
  });
  try {
    await migrate(writer as unknown as Kysely<unknown>);
  } catch (error) {
    await writer.destroy();
    throw error;
  }
  // A reader of its own: a query beside a transaction neither waits for it nor sees the half of it.
  const reader =
    'file' in options
      ? new Kysely<Tables>({ dialect: sqliteDialect({ file: options.file, readOnly: true }) })
      : writer;
  return new Opened(writer, reader);
}

function writerOf(file: string): Dialect {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (error) {
    throw storeError(
      'STORE_IO',
      `cannot open ${file}: check the folder and its permissions`,
      { file },
      { cause: error },
    );
  }
  return sqliteDialect({ file });
}

class Opened implements OpenedDatabase {
  readonly query: Kysely<Tables>;
  readonly #writer: Kysely<Tables>;
  readonly #commits: GroupCommit<Tables>;
  readonly #inside = new AsyncLocalStorage<true>();
  #closing: Promise<void> | undefined;

  constructor(writer: Kysely<Tables>, reader: Kysely<Tables>) {
    this.query = reader;
    this.#writer = writer;
    this.#commits = new GroupCommit(writer);
  }

  async transaction<T>(work: (inside: Database) => Promise<T>): Promise<T> {
    if (this.#closing) throw storeError('DATABASE_CLOSED', 'the database is closed: open it again');
    if (this.#inside.getStore()) {
      throw storeError(
        'DATABASE_NESTED',
        'a transaction was begun inside another: use the database that the callback was given',
      );
    }
    return this.#commits.run((trx) => this.#inside.run(true, () => work(insideOf(trx))));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#commits.idle();
    if (this.query !== this.#writer) await this.query.destroy();
    await this.#writer.destroy();
  }
}

const insideOf = (trx: Kysely<Tables>): Database => {
  const inside: Database = { query: trx, transaction: (work) => work(inside) };
  return inside;
};
