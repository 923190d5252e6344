import {
  fromUtf8,
  inclusionProof,
  leafHash,
  merkleRoot,
  type NodeKey,
  nodeKey,
  sha256,
  subtreeOf,
  toHex,
  utf8,
} from '@isobit/core';
import {
  createCosigner,
  deriveLogKeys,
  ed25519Signer,
  formatCheckpoint,
  formatVkey,
  logOrigin,
  serializeNote,
  signNote,
  typedSigner,
  withSignatures,
  witnessName,
} from '@isobit/log';
import { type Evidence, type Receipt, receiptKind } from '@isobit/receipt';

export const keyOf = (name: string): NodeKey => nodeKey(sha256(utf8(`isobit web test key ${name}`)));

export const witness = keyOf('witness');

const witnessOf = (key: NodeKey) => createCosigner(witnessName(key.address), deriveLogKeys(key).witness);

export const witnessVkey = formatVkey(witnessOf(witness).vkey);

/** The receipt's place as the second of three entries in its worker's log. */
export function logOf(receipt: Receipt, worker: NodeKey, cosigned: boolean): NonNullable<Evidence['log']> {
  const leaves = [utf8('first'), receiptKind.encode(receipt), utf8('third')].map(leafHash);
  const origin = logOrigin(worker.address);
  const logSigner = ed25519Signer(origin, deriveLogKeys(worker).log);
  const checkpoint = formatCheckpoint({
    origin,
    size: leaves.length,
    root: merkleRoot(leaves),
    extensions: [],
  });
  const note = signNote(checkpoint, [logSigner, typedSigner(origin, worker)]);
  const whole = cosigned
    ? withSignatures(note, [witnessOf(witness).cosign(note.text, receipt.time / 1000)])
    : note;
  return {
    checkpoint: fromUtf8(serializeNote(whole)),
    index: 1,
    proof: inclusionProof(1, leaves.length, subtreeOf(leaves)).map(toHex),
    key: keysOf(worker),
    ...(cosigned ? { witnesses: [keysOf(witness)] } : {}),
  };
}

const keysOf = (key: NodeKey) => deriveLogKeys(key).binding;
