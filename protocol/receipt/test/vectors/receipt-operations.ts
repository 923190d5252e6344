import {
  canonicalText,
  encodeCanonical,
  fromHex,
  leafHash,
  merkleRoot,
  nodeKey,
  rootFromInclusion,
  taggedDigest,
  toHex,
  typedDataDigest,
} from '@isobit/core';
import {
  batchDigest,
  genesisKind,
  isSignedByWorker,
  networkId,
  type Receipt,
  type ReceiptBody,
  receiptDigest,
  receiptHash,
  receiptKind,
  receiptsContradict,
  signBatch,
} from '@isobit/receipt';
import { inputBytes, type Vector } from './vector.ts';

const NO_SALT = new Uint8Array(0);

function readReceipt(receipt: Receipt): Record<string, unknown> {
  const hash = receiptHash(receipt);
  const { batch } = receipt.signature;
  const root = batch && rootFromInclusion(batch.index, batch.size, leafHash(hash), batch.path.map(fromHex));
  const details = encodeCanonical(receipt.details);
  return {
    detailsDigest: toHex(taggedDigest('isobit/receipt-details/1', NO_SALT, details)),
    receiptHash: toHex(hash),
    ...(root ? { root: toHex(root) } : {}),
    signed: toHex(batch && root ? batchDigest(root, batch.size) : typedDataDigest(hash)),
    signer: receipt.worker,
    digest: receiptDigest(receipt),
  };
}

/** The operations of specs/receipt.md. `refused` is a verdict's reason. */
export const receiptOperations: Readonly<Record<string, (vector: Vector) => Record<string, unknown>>> = {
  genesis: (v) => ({ digest: networkId(genesisKind.decode(inputBytes(v))) }),
  receipt: (v) => {
    const receipt = receiptKind.decode(inputBytes(v));
    if (!isSignedByWorker(receipt)) return { refused: 'signature' };
    if (v['network'] !== undefined && v['network'] !== receipt.network) return { refused: 'network' };
    return readReceipt(receipt);
  },
  batch: (v) => {
    const bodies = v['bodies'] as ReceiptBody[];
    const receipts = signBatch(bodies, nodeKey(fromHex(String(v['secret']))));
    const root = merkleRoot(bodies.map((body) => leafHash(receiptHash(body))));
    return {
      root: toHex(root),
      signed: toHex(batchDigest(root, bodies.length)),
      receipts: receipts.map(canonicalText),
    };
  },
  contradiction: (v) => {
    const [a, b] = (v['receipts'] as unknown[]).map((receipt) => receiptKind.parse(receipt));
    return { contradicts: a !== undefined && b !== undefined && receiptsContradict(a, b) };
  },
};
