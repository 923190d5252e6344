import { decodeEvidence, type Evidence } from '@isobit/receipt';
import { nodeError } from '../errors.ts';
import type { NodeParts } from '../parts.ts';
import { placeInLog } from '../roles/worker/receipt-log.ts';

export type EvidenceParts = Pick<NodeParts, 'receipts' | 'evidence' | 'registry' | 'log' | 'binding'>;

export const receiptUnknown = (digest: string) =>
  nodeError(
    'RECEIPT_UNKNOWN',
    `no receipt ${digest} here; ask the worker that signed it, or open its evidence file`,
  );

/** What is no secret of whoever asked and answered. */
export const publicPart = ({ isobit, receipt, log, manifest }: Evidence): Evidence => ({
  isobit,
  receipt,
  ...(log ? { log } : {}),
  ...(manifest ? { manifest } : {}),
});

/**
 * All that this node has of a receipt: what was kept, completed by what it knows.
 *
 * @throws CodedError `RECEIPT_UNKNOWN`
 */
export async function evidenceOf(
  { receipts, evidence, registry, log: ownLog, binding }: EvidenceParts,
  digest: string,
): Promise<Evidence> {
  const bytes = await evidence.get(digest);
  const kept = bytes && decodeEvidence(bytes);
  const found = kept ? undefined : await receipts.get(digest);
  const receipt = kept?.receipt ?? found?.receipt;
  if (!receipt) throw receiptUnknown(digest);
  const manifest = kept?.manifest ?? (await registry.manifest(receipt.model));
  const index = found?.logIndex;
  const log =
    kept?.log ??
    receipts.foreignPlace(digest) ??
    (index !== undefined && index < ownLog.size ? await placeInLog(ownLog, binding, { index }) : undefined);
  return {
    ...(kept ?? { isobit: 'evidence/1', receipt }),
    ...(manifest ? { manifest } : {}),
    ...(log ? { log } : {}),
  };
}
