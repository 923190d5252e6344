import { limits, type NodeKey } from '@isobit/core';
import { type LogEvidence, type Receipt, type ReceiptBody, receiptKind, signBatch } from '@isobit/receipt';
import { nodeError } from '../../errors.ts';
import type { SigningGate } from '../../signing-gate.ts';
import type { ReceiptLog } from './receipt-log.ts';

export interface CommittedReceipt {
  readonly receipt: Receipt;
  readonly log: LogEvidence;
}

/** A receipt that is on its way; to be disposed of where none comes of it. */
export interface ComingReceipt extends Disposable {
  /** Signs, appends and waits until both are durable; once. @throws CodedError `SIGNING_REFUSED`, or of the log */
  commit(body: ReceiptBody): Promise<CommittedReceipt>;
}

/** Disposing of it ends what has begun and refuses what comes later. */
export interface ReceiptCommitter extends AsyncDisposable {
  /** Says that a run begins of which there will be a receipt. */
  expect(): ComingReceipt;
}

export interface ReceiptCommitterOptions {
  readonly key: NodeKey;
  readonly gate: Pick<SigningGate, 'check'>;
  readonly log: ReceiptLog;
  /** Milliseconds; `GATHER_MS` when absent. */
  readonly gatherMs?: number;
  /** Told of receipts that the log holds since now. */
  readonly onCommitted?: (committed: readonly CommittedReceipt[]) => void;
}

/**
 * Longest wait of a receipt for those that are on their way: each group costs two signatures and an fsync, some
 * milliseconds of the node's only thread, which many share as well as one.
 */
const GATHER_MS = 4;
/** So many wait for no more: while they are signed and stored, the engine works for the next. */
const GROUP = 8;

interface Waiting {
  readonly body: ReceiptBody;
  resolve(committed: CommittedReceipt): void;
  reject(error: unknown): void;
}

/** Signs receipts in groups, under one signature and one fsync. A receipt that comes alone waits for nobody. */
export function createReceiptCommitter({
  key,
  gate,
  log,
  gatherMs = GATHER_MS,
  onCommitted = () => {},
}: ReceiptCommitterOptions): ReceiptCommitter {
  let queue: Waiting[] = [];
  let coming = 0;
  let draining: Promise<void> | undefined;
  let isClosed = false;
  let whenNoneComes = (): void => {};

  function arrived(): void {
    coming--;
    if (coming === 0) whenNoneComes();
  }

  async function gather(): Promise<void> {
    if (coming === 0 || isClosed || queue.length >= GROUP) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    whenNoneComes = resolve;
    const timer = setTimeout(resolve, gatherMs);
    await promise;
    clearTimeout(timer);
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await gather();
      const group = queue.slice(0, limits.batchReceipts);
      queue = queue.slice(group.length);
      try {
        const committed = await commitGroup(group.map(({ body }) => body));
        onCommitted(committed);
        for (const [i, { resolve }] of group.entries()) resolve(committed[i] as CommittedReceipt);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    draining = undefined;
  }

  async function commitGroup(bodies: readonly ReceiptBody[]): Promise<CommittedReceipt[]> {
    gate.check();
    const receipts: Receipt[] = signBatch(bodies, key);
    const places = await log.append(receipts.map((receipt) => receiptKind.encode(receipt)));
    return receipts.map((receipt, i) => ({ receipt, log: places[i] as LogEvidence }));
  }

  async function enqueue(body: ReceiptBody): Promise<CommittedReceipt> {
    if (isClosed) throw nodeError('SIGNING_REFUSED', 'this node signs nothing: it is stopping');
    const { promise, resolve, reject } = Promise.withResolvers<CommittedReceipt>();
    queue.push({ body, resolve, reject });
    if (queue.length >= GROUP) whenNoneComes();
    // In the next turn, so that what comes in this one goes into one group.
    draining ??= Promise.resolve().then(drain);
    return promise;
  }

  return {
    expect() {
      coming++;
      let isComing = true;
      const end = (): void => {
        if (isComing) arrived();
        isComing = false;
      };
      return {
        commit(body) {
          const committed = enqueue(body);
          end();
          return committed;
        },
        [Symbol.dispose]: end,
      };
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      whenNoneComes();
      await draining;
    },
  };
}
