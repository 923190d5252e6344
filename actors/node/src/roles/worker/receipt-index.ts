import { encodeEvidence, type LogEvidence, type Receipt, receiptDigest, receiptKind } from '@isobit/receipt';
import {
  createEvidenceStore,
  createReceipts,
  type Database,
  type Log,
  type NewReceipt,
  type StoredReceipt,
} from '@isobit/store';
import type { NodeLog } from '../../node-log.ts';

/** Receipts that one transaction takes. */
const GROUP = 500;
/** How long they gather before they are stored: a durable commit takes milliseconds of the node's own thread. */
const GATHER_MS = 1_000;

/** A receipt to be found by its digest: this node's own, or one of another worker with its place in that one's log. */
export type Noted = { readonly receipt: Receipt; readonly logIndex: number } | Foreign;

interface Foreign {
  readonly receipt: Receipt;
  readonly foreign: LogEvidence | undefined;
}

const rowOf = (noted: Noted): NewReceipt =>
  'logIndex' in noted ? { ...noted, kind: 'own' } : { receipt: noted.receipt, kind: 'foreign' };

/**
 * Receipts by digest: this node's own, of which the log is what counts and from which this can be made anew; and
 * those of answers that it passed on.
 */
export interface ReceiptIndex extends AsyncDisposable {
  /** Takes receipts. Found at once, stored soon. */
  note(receipts: readonly Noted[]): void;
  get(digest: string): Promise<StoredReceipt | undefined>;
  /** Where another worker said that its receipt lies in its log. */
  foreignPlace(digest: string): LogEvidence | undefined;
  /** Indexes what the log gained before the last process ended. */
  catchUp(): Promise<void>;
}

export interface ReceiptIndexOptions {
  readonly database: Database;
  readonly log: Log;
  readonly clock: () => number;
  readonly report: NodeLog;
}

export function createReceiptIndex({ database, log, clock, report }: ReceiptIndexOptions): ReceiptIndex {
  const receipts = createReceipts(database);
  const waiting = new Map<string, Noted>();
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function storePlace(inside: Database, digest: string, { receipt, foreign }: Foreign): Promise<void> {
    const evidence = createEvidenceStore(inside);
    // What the user kept discloses more.
    if (!foreign || (await evidence.get(digest))) return;
    const bytes = encodeEvidence({ isobit: 'evidence/1', receipt, log: foreign });
    await evidence.put({ receipt: digest, bytes, time: clock() });
  }

  async function write(): Promise<void> {
    while (waiting.size > 0) {
      const group = [...waiting].slice(0, GROUP);
      await database.transaction(async (inside) => {
        await createReceipts(inside).addAll(group.map(([, noted]) => rowOf(noted)));
        for (const [digest, noted] of group) if ('foreign' in noted) await storePlace(inside, digest, noted);
      });
      for (const [digest, noted] of group) {
        waiting.delete(digest);
        if ('foreign' in noted) await lookForLies(digest, noted.receipt);
      }
    }
  }

  function soon(): void {
    if (waiting.size >= GROUP) void flush();
    else timer ??= setTimeout(() => void flush(), GATHER_MS).unref();
  }

  /** Stores what waits. What can't be stored stays, and the next receipt tries again. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing ??= write()
      .catch((error: unknown) => report('error', 'receipts are not indexed', { error: String(error) }))
      .finally(() => {
        writing = undefined;
      });
    return writing;
  }

  /** Two receipts that contradict each other prove that their worker lied; both stay. */
  async function lookForLies(digest: string, receipt: Receipt): Promise<void> {
    for (const other of await receipts.contradicting(receipt))
      report('error', 'a worker contradicted itself: two signed answers to one request', {
        worker: receipt.worker,
        receipts: [other.digest, digest],
      });
  }

  function note(added: readonly Noted[]): void {
    for (const noted of added) waiting.set(receiptDigest(noted.receipt), noted);
    soon();
  }

  return {
    note,
    async get(digest) {
      const fresh = waiting.get(digest);
      if (!fresh) return receipts.get(digest);
      return 'logIndex' in fresh
        ? { digest, kind: 'own', ...fresh }
        : { digest, kind: 'foreign', receipt: fresh.receipt, logIndex: undefined };
    },
    foreignPlace(digest) {
      const fresh = waiting.get(digest);
      return fresh && 'foreign' in fresh ? fresh.foreign : undefined;
    },
    async catchUp() {
      const newest = await database.query
        .selectFrom('receipts')
        .select(({ fn }) => fn.max('log_index').as('index'))
        .where('kind', '=', 'own')
        .executeTakeFirst();
      for (let index = Number(newest?.index ?? -1) + 1; index < log.size; index++) {
        note([{ receipt: receiptKind.decode(await log.entry(index)), logIndex: index }]);
        if (waiting.size >= GROUP) await flush();
      }
    },
    async [Symbol.asyncDispose]() {
      await flush();
      // Once more for what came while the first was under way.
      await flush();
      clearTimeout(timer);
    },
  };
}
