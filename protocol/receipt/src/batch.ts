import { inclusionProof, leafHash, limits, type NodeKey, subtreeOf, toHex } from '@isobit/core';
import { receiptError } from './errors.ts';
import { batchDigest, type Receipt, type ReceiptBody, receiptHash, signReceipt } from './receipt.ts';

/**
 * Signs receipts together: one signature over a Merkle root, and each receipt carries its path
 * (specs/receipt.md section 5). A single receipt is signed by itself.
 *
 * @param bodies 1 to `limits.batchReceipts` receipts of the key's worker
 * @throws CodedError `BATCH_INVALID`
 */
export function signBatch(bodies: readonly ReceiptBody[], key: NodeKey): Receipt[] {
  const [first] = bodies;
  if (!first || bodies.length > limits.batchReceipts) {
    throw receiptError(
      'BATCH_INVALID',
      `a batch holds 1 to ${limits.batchReceipts} receipts, not ${bodies.length}`,
    );
  }
  if (bodies.length === 1) return [signReceipt(first, key)];
  const leaves = bodies.map((body) => leafHash(receiptHash(body)));
  const subtree = subtreeOf(leaves);
  const value = toHex(key.sign(batchDigest(subtree(0, leaves.length), leaves.length)));
  return bodies.map((body, index) => ({
    isobit: 'receipt/1',
    ...body,
    signature: {
      value,
      batch: { size: leaves.length, index, path: inclusionProof(index, leaves.length, subtree).map(toHex) },
    },
  }));
}
