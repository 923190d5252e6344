import { type Receipt, receiptDigest, receiptKind, receiptsContradict } from '@isobit/receipt';
import type { Database } from './database.ts';

/** Whose run a receipt is about: this node's, or another worker's. */
export type ReceiptOrigin = 'own' | 'foreign';

export interface StoredReceipt {
  /** 64 hex characters. */
  readonly digest: string;
  readonly receipt: Receipt;
  readonly kind: ReceiptOrigin;
  /** Place in the worker's log, where it is known. */
  readonly logIndex: number | undefined;
}

export interface NewReceipt {
  readonly receipt: Receipt;
  readonly kind: ReceiptOrigin;
  readonly logIndex?: number;
}

export interface ReceiptFilter {
  readonly kind?: ReceiptOrigin;
  readonly model?: string;
  readonly worker?: string;
  /** The last one of the page before. */
  readonly after?: StoredReceipt;
  /** 100 where absent. */
  readonly limit?: number;
}

export interface Receipts {
  /**
   * Keeps receipts, all or none; one that is known keeps what it has, and gains a log index that it lacked.
   *
   * @returns their digests
   */
  addAll(receipts: readonly NewReceipt[]): Promise<string[]>;
  get(digest: string): Promise<StoredReceipt | undefined>;
  /** The newest first. */
  list(filter?: ReceiptFilter): Promise<StoredReceipt[]>;
  /** Receipts which, with this one, prove that their worker lied once. */
  contradicting(receipt: Receipt): Promise<StoredReceipt[]>;
}

type Row = { digest: string; kind: string; log_index: number | null; bytes: Uint8Array };

const PAGE = 100;
/** Rows of one statement: each statement costs as much as some rows. */
const ROWS = 50;

function rowOf({ receipt, kind, logIndex }: NewReceipt) {
  const { time, worker, model, request, outcome } = receipt;
  const bytes = receiptKind.encode(receipt);
  const digest = receiptDigest(receipt);
  return { digest, kind, log_index: logIndex ?? null, bytes, time, worker, model, request, outcome };
}

export function createReceipts(database: Database): Receipts {
  return {
    addAll(added) {
      // No statement may meet one row twice.
      const rows = [...new Map(added.map(rowOf).map((row) => [row.digest, row])).values()];
      return database.transaction(async ({ query }) => {
        for (let at = 0; at < rows.length; at += ROWS) {
          await query
            .insertInto('receipts')
            .values(rows.slice(at, at + ROWS))
            .onConflict((c) =>
              c.column('digest').doUpdateSet(({ fn, ref }) => ({
                log_index: fn.coalesce(ref('receipts.log_index'), ref('excluded.log_index')),
              })),
            )
            .execute();
        }
        return rows.map(({ digest }) => digest);
      });
    },
    async get(digest) {
      const row = await database.query
        .selectFrom('receipts')
        .selectAll()
        .where('digest', '=', digest)
        .executeTakeFirst();
      return row && fromRow(row);
    },
    async list({ kind, model, worker, after, limit = PAGE } = {}) {
      let found = database.query.selectFrom('receipts').selectAll();
      if (kind !== undefined) found = found.where('kind', '=', kind);
      if (model !== undefined) found = found.where('model', '=', model);
      if (worker !== undefined) found = found.where('worker', '=', worker);
      if (after) {
        const { digest, receipt } = after;
        found = found.where((e) =>
          e.or([
            e('time', '<', receipt.time),
            e.and([e('time', '=', receipt.time), e('digest', '<', digest)]),
          ]),
        );
      }
      const rows = await found.orderBy('time', 'desc').orderBy('digest', 'desc').limit(limit).execute();
      return rows.map(fromRow);
    },
    async contradicting(receipt) {
      const { request, worker } = receipt;
      const rows = await database.query
        .selectFrom('receipts')
        .selectAll()
        .where((e) => e.and({ request, worker, outcome: 'complete' }))
        .orderBy('time')
        .execute();
      return rows.map(fromRow).filter((each) => receiptsContradict(each.receipt, receipt));
    },
  };
}

const fromRow = ({ digest, kind, log_index, bytes }: Row): StoredReceipt => ({
  digest,
  receipt: receiptKind.decode(bytes),
  kind: kind as ReceiptOrigin,
  logIndex: log_index === null ? undefined : Number(log_index),
});
