import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';

/** Callers that share one commit at most: the last of them waits for the statements of all. */
const MOST = 256;

interface Job<T> {
  readonly run: (trx: Kysely<T>) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * The one writer of a database. Transactions that are waiting at the same moment run one after the other and are
 * made durable by one commit, which is what an fsync costs; each still succeeds or fails alone, and its caller
 * hears of success only after the commit.
 */
export class GroupCommit<T> {
  readonly #db: Kysely<T>;
  readonly #waiting: Job<T>[] = [];
  #draining: Promise<void> | undefined;

  constructor(db: Kysely<T>) {
    this.#db = db;
  }

  run<R>(run: (trx: Kysely<T>) => Promise<R>): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Waits until everything that was handed in has ended. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      // A turn of the event loop, in which requests that have just arrived join the group.
      await setImmediate();
      await this.#commit(this.#waiting.splice(0, MOST));
    }
    this.#draining = undefined;
  }

  async #commit(group: readonly Job<T>[]): Promise<void> {
    const outcomes: Outcome[] = [];
    try {
      await this.#db.transaction().execute(async (trx) => {
        for (const job of group) outcomes.push(await this.#runOne(job, trx));
      });
    } catch (error) {
      for (const job of group) job.reject(error);
      return;
    }
    for (const [at, job] of group.entries()) {
      const outcome = outcomes[at] as Outcome;
      if ('error' in outcome) job.reject(outcome.error);
      else job.resolve(outcome.value);
    }
  }

  async #runOne(job: Job<T>, trx: Kysely<T>): Promise<Outcome> {
    await sql`savepoint job`.execute(trx);
    try {
      const value = await job.run(trx);
      await sql`release savepoint job`.execute(trx);
      return { value };
    } catch (error) {
      await sql`rollback to savepoint job`.execute(trx);
      return { error };
    }
  }
}
