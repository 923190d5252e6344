import {
  addressBytes,
  addressOf,
  digestOfCid,
  documentKind,
  field,
  fromHex,
  hashStruct,
  leafHash,
  limits,
  type NodeKey,
  recoverPublicKey,
  rootFromInclusion,
  type StructType,
  toHex,
  typedDataDigest,
} from '@isobit/core';
import * as v from 'valibot';
import { profileByDigest } from './profile.ts';
import { usageSchema } from './usage.ts';

/** How a run ended, with its number in the signed struct. */
export const outcomes = { complete: 0, cancelled: 1, limit: 2, failed: 3 } as const;
export type Outcome = keyof typeof outcomes;

export const ZERO_HASH = '0'.repeat(64);

const detailsSchema = v.strictObject({
  /** 32 bytes that the client chose for this one receipt: an old receipt cannot answer a new question. */
  nonce: field.hex32,
  /** Counted over the documents (specs/request.md section 3). */
  usage: usageSchema,
  /** The build that ran, as information: several may implement one profile. */
  engine: v.strictObject({ name: field.name, version: field.name, digest: v.optional(field.hex32) }),
  /** Code of the error where the outcome is not `complete`. */
  error: v.optional(field.name),
});

const signatureSchema = v.strictObject({
  /** 65 bytes in hex, over the receipt or over the batch that holds it. */
  value: field.signature,
  /** Place of this receipt under a batch signature. */
  batch: v.optional(
    v.strictObject({
      size: v.pipe(field.count, v.minValue(1), v.maxValue(limits.batchReceipts)),
      index: field.count,
      path: v.pipe(v.array(field.hex32), v.maxLength(16)),
    }),
  ),
});

/** What a worker signs about one run (specs/receipt.md). Digests only: it can be public. */
export const receiptKind = documentKind(
  'receipt/1',
  v.pipe(
    v.strictObject({
      isobit: v.literal('receipt/1'),
      network: field.hex32,
      model: field.cid,
      profile: field.hex32,
      request: field.hex32,
      /** All zero where there is no response. */
      response: field.hex32,
      /** All zero where the run kept no trace. */
      trace: field.hex32,
      outcome: v.picklist(Object.keys(outcomes) as Outcome[]),
      /** When the run ended. */
      time: field.time,
      worker: field.address,
      /** Reference to a payment, or all zero. */
      payment: field.hex32,
      details: detailsSchema,
      signature: signatureSchema,
    }),
    v.check(
      (receipt) => fitsOutcome(receipt),
      'must have a response and no error where "outcome" is complete, else an error and no response',
    ),
  ),
);

/** The outcome table of specs/receipt.md section 3. */
function fitsOutcome({
  outcome,
  response,
  details,
}: {
  outcome: Outcome;
  response: string;
  details: { error?: string | undefined };
}): boolean {
  const complete = outcome === 'complete';
  return (response !== ZERO_HASH) === complete && (details.error === undefined) === complete;
}

export type Receipt = ReturnType<typeof receiptKind.parse>;
export type ReceiptDetails = Receipt['details'];
/** A receipt before it is signed. */
export type ReceiptBody = Omit<Receipt, 'signature' | 'isobit'>;

const RECEIPT: StructType = {
  name: 'Receipt',
  fields: [
    { name: 'network', type: 'bytes32' },
    { name: 'model', type: 'bytes32' },
    { name: 'profile', type: 'bytes32' },
    { name: 'request', type: 'bytes32' },
    { name: 'response', type: 'bytes32' },
    { name: 'trace', type: 'bytes32' },
    { name: 'outcome', type: 'uint8' },
    { name: 'time', type: 'uint64' },
    { name: 'worker', type: 'address' },
    { name: 'payment', type: 'bytes32' },
    { name: 'details', type: 'bytes32' },
  ],
};

const BATCH: StructType = {
  name: 'ReceiptBatch',
  fields: [
    { name: 'root', type: 'bytes32' },
    { name: 'size', type: 'uint32' },
  ],
};

const detailsKind = documentKind('receipt-details/1', detailsSchema);

/** `hashStruct` of the receipt: what a single signature covers, and the leaf of a batch. 32 bytes. */
export const receiptHash = (body: ReceiptBody): Uint8Array =>
  hashStruct(RECEIPT, {
    network: fromHex(body.network),
    model: digestOfCid(body.model),
    profile: fromHex(body.profile),
    request: fromHex(body.request),
    response: fromHex(body.response),
    trace: fromHex(body.trace),
    outcome: outcomes[body.outcome],
    time: body.time,
    worker: addressBytes(body.worker),
    payment: fromHex(body.payment),
    details: detailsKind.digestOfBytes(detailsKind.encode(body.details)),
  });

/** The 32 bytes signed for a batch with this Merkle root over receipt hashes. */
export const batchDigest = (root: Uint8Array, size: number): Uint8Array =>
  typedDataDigest(hashStruct(BATCH, { root, size }));

/** Signs one receipt by itself. */
export function signReceipt(body: ReceiptBody, key: NodeKey): Receipt {
  return {
    isobit: 'receipt/1',
    ...body,
    signature: { value: toHex(key.sign(typedDataDigest(receiptHash(body)))) },
  };
}

/** Compressed public key of the signer, or undefined when the signature or the batch path is malformed. */
export function receiptPublicKey(receipt: Receipt): Uint8Array | undefined {
  const hash = receiptHash(receipt);
  const { value, batch } = receipt.signature;
  if (!batch) return recoverPublicKey(typedDataDigest(hash), fromHex(value));
  const root = rootFromInclusion(batch.index, batch.size, leafHash(hash), batch.path.map(fromHex));
  return root && recoverPublicKey(batchDigest(root, batch.size), fromHex(value));
}

/** True when the key of `receipt.worker` signed it. */
export function isSignedByWorker(receipt: Receipt): boolean {
  const publicKey = receiptPublicKey(receipt);
  return publicKey !== undefined && addressOf(publicKey) === receipt.worker;
}

/** The receipt's own digest: how it is asked for (`/receipts/{digest}`, `/r/{digest}`). 64 hex characters. */
export const receiptDigest = (receipt: Receipt): string => toHex(receiptKind.digest(receipt));

/**
 * True when two receipts are proof that their worker lied once: both `complete`, both signed by it, equal
 * request, model, profile and network, and different responses (specs/receipt.md section 6). The profile must be
 * one that is known here as exact: under `fast` two honest runs may differ.
 */
export const receiptsContradict = (a: Receipt, b: Receipt): boolean =>
  a.outcome === 'complete' &&
  b.outcome === 'complete' &&
  a.worker === b.worker &&
  a.network === b.network &&
  a.model === b.model &&
  a.profile === b.profile &&
  a.request === b.request &&
  a.response !== b.response &&
  profileByDigest(a.profile)?.exact === true &&
  isSignedByWorker(a) &&
  isSignedByWorker(b);
