import { cidOfDigest, type NodeKey } from '@isobit/core';
import {
  networkId,
  onnxExact,
  openGenesis,
  profileDigest,
  type ReceiptBody,
  ZERO_HASH,
} from '@isobit/receipt';

export const someModel = cidOfDigest(new Uint8Array(32).fill(9));
export const network = networkId(openGenesis);

/** A receipt of a complete run, before it is signed. */
export const someBody = ({ address }: NodeKey): ReceiptBody => ({
  network,
  model: someModel,
  profile: profileDigest(onnxExact),
  request: 'a'.repeat(64),
  response: 'b'.repeat(64),
  trace: ZERO_HASH,
  outcome: 'complete',
  time: 1_790_000_000_000,
  worker: address,
  payment: ZERO_HASH,
  details: {
    nonce: 'c'.repeat(64),
    usage: { inputBytes: 1, outputBytes: 1 },
    engine: { name: 'fake', version: '1' },
  },
});
