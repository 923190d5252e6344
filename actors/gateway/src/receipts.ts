/** What a node has of receipts beyond the answers that this gateway gave; public all of it. */
export interface Receipts {
  /** Canonical bytes of a receipt. @param digest 64 hex characters */
  receipt(digest: string): Promise<Uint8Array | undefined>;
  /** Canonical bytes of the evidence of a receipt, without what its owner keeps for himself. */
  evidence(digest: string): Promise<Uint8Array | undefined>;
}

export const noReceipts: Receipts = {
  receipt: async () => undefined,
  evidence: async () => undefined,
};
