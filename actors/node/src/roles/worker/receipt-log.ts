import { fromUtf8, toHex } from '@isobit/core';
import type { LogKeyDocument } from '@isobit/log';
import type { LogEvidence } from '@isobit/receipt';
import type { Log, LogHead } from '@isobit/store';

/** Where signed receipts go to stay: an append resolves once they are durable under a signed checkpoint. */
export interface ReceiptLog {
  append(entries: readonly Uint8Array[]): Promise<readonly LogEvidence[]>;
}

/** The worker's own log as the place for its receipts: each comes back with its proof and signed checkpoint. */
export const createReceiptLog = (log: Log, binding: LogKeyDocument): ReceiptLog => ({
  async append(entries) {
    const places = await log.append(entries);
    return Promise.all(places.map(({ index, head }) => placeInLog(log, binding, { index, head })));
  },
});

/** Place of an entry in the log as it is at `head`, the newest when absent. @throws CodedError as `Log.proof` */
export async function placeInLog(
  log: Log,
  binding: LogKeyDocument,
  { index, head = log.head }: { index: number; head?: Pick<LogHead, 'note' | 'size'> },
): Promise<LogEvidence> {
  const proof = await log.proof(index, head.size);
  return { checkpoint: fromUtf8(head.note), index, proof: proof.map(toHex), key: binding };
}
