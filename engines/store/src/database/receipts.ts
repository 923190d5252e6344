import { toHex } from '@isobit/core';
import { type Receipt, receiptKind, receiptsContradict } from '@isobit/receipt';
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
   * Keeps a receipt; one that is known keeps what it has, and gains a log index that it lacked.
   *
   * @returns its digest
   */
  add(receipt: { receipt: Receipt; kind: ReceiptOrigin; logIndex?: number }): Promise<string>;
  get(digest: string): Promise<StoredReceipt | undefined>;
  /** The newest first. */
  list(filter?: ReceiptFilter): Promise<StoredReceipt[]>;
  /** Receipts which, with this one, prove that their worker lied once. */
  contradicting(receipt: Receipt): Promise<StoredReceipt[]>;
}

type Row = { digest: string; kind: string; log_index: number | null; bytes: Uint8Array };

const PAGE = 100;

export function createReceipts(database: Database): Receipts {
  return {
    add({ receipt, kind, logIndex }) {
      const { time, worker, model, request, outcome } = receipt;
      const bytes = receiptKind.encode(receipt);
      const digest = toHex(receiptKind.digestOfBytes(bytes));
      return database.transaction(async ({ query }) => {
        const made = await query
          .insertInto('receipts')
          .values({ digest, kind, log_index: logIndex ?? null, bytes, time, worker, model, request, outcome })
          .onConflict((c) => c.column('digest').doNothing())
          .executeTakeFirst();
        if (logIndex !== undefined && Number(made.numInsertedOrUpdatedRows) === 0) {
          await query
            .updateTable('receipts')
            .set({ log_index: logIndex })
            .where('digest', '=', digest)
            .where('log_index', 'is', null)
            .execute();
        }
        return digest;
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
