import { cidOfDigest, type NodeKey } from '@isobit/core';
import {
  createRequest,
  type Job,
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

export const someJob: Job = {
  isobit: 'job/1',
  request: createRequest({
    model: someModel,
    profile: onnxExact.name,
    salt: new Uint8Array(32),
    inputs: [{ name: 'x', datatype: 'UINT8', shape: [1], data: Uint8Array.of(1) }],
  }),
  nonce: 'c'.repeat(64),
  trace: false,
  network,
  deadlineMs: 1_000,
  witnesses: 0,
};
