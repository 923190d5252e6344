import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteStatement,
} from 'kysely';
import { storeError } from '../errors.ts';

export interface SqliteDialectOptions {
  readonly file: string;
  readonly readOnly?: boolean;
}

/** How long a statement waits for another process that writes, in milliseconds. */
const BUSY_MS = 10_000;

/** Prepared statements kept; queries of this package are a few dozen. */
const MOST_STATEMENTS = 200;

/**
 * Kysely over node:sqlite. Commits survive a power cut: write-ahead log, fsync at each.
 *
 * @throws CodedError `DATABASE_INVALID`, `STORE_IO`
 */
export function sqliteDialect(options: SqliteDialectOptions): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ImmediateDriver({ database: openFile(options) }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Takes the write lock at once: a transaction that reads first and writes later would fail beside another process. */
class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

function openFile({ file, readOnly = false }: SqliteDialectOptions): SqliteDatabase {
  const database = coded(file, () => {
    const opened = new DatabaseSync(file, { readOnly, timeout: BUSY_MS });
    if (!readOnly)
      opened.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on');
    return opened;
  });
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(text) {
      const known = statements.get(text);
      if (known) return known;
      const made = coded(file, () => wrap(file, database.prepare(text)));
      if (statements.size >= MOST_STATEMENTS) statements.clear();
      statements.set(text, made);
      return made;
    },
  };
}

/** The shape that kysely knows from better-sqlite3. */
function wrap(file: string, statement: StatementSync): SqliteStatement {
  const bind = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => coded(file, () => statement.all(...bind(parameters))),
    run: (parameters) => coded(file, () => statement.run(...bind(parameters))),
    iterate: (parameters) => statement.iterate(...bind(parameters)) as IterableIterator<unknown>,
  };
}

/** Primary result codes of SQLite. */
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

function coded<T>(file: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    const result = (error as { errcode?: unknown }).errcode;
    const primary = typeof result === 'number' ? result & 0xff : undefined;
    const details = { file, result };
    const options = { cause: error };
    switch (primary) {
      case FULL:
        throw storeError(
          'STORE_FULL',
          `no room on the disk of ${file}: free some space and try again`,
          details,
          options,
        );
      case CORRUPT:
      case NOT_A_DATABASE:
        throw storeError(
          'DATABASE_INVALID',
          `${file} is no database, or is damaged: restore it from a backup or move it away`,
          details,
          options,
        );
      case IO_ERROR:
      case CANNOT_OPEN:
        throw storeError(
          'STORE_IO',
          `the disk refused ${file}: check the folder and its permissions`,
          details,
          options,
        );
      default:
        throw error;
    }
  }
}
