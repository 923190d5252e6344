import { isCoded } from '@isobit/core';
import type { Receipts } from '@isobit/gateway';
import { encodeEvidence, receiptKind } from '@isobit/receipt';
import { type EvidenceParts, evidenceOf, publicPart } from '../../receipts/evidence-of.ts';

/** What this node knows of receipts, as anybody may see it. */
export const createPublicReceipts = (parts: EvidenceParts): Receipts => ({
  async receipt(digest) {
    const found = await parts.receipts.get(digest);
    return found && receiptKind.encode(found.receipt);
  },
  async evidence(digest) {
    try {
      return encodeEvidence(publicPart(await evidenceOf(parts, digest)));
    } catch (error) {
      if (isCoded(error, 'RECEIPT_UNKNOWN')) return undefined;
      throw error;
    }
  },
});
