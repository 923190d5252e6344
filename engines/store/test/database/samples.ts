import { nodeKey, sha256, toHex, utf8 } from '@isobit/core';
import { type Manifest, modelId, type SignedName, signManifest, signName } from '@isobit/model';
import { onnxExact, profileDigest, type Receipt, signReceipt, ZERO_HASH } from '@isobit/receipt';

export const alice = nodeKey(sha256(utf8('alice')));
export const bob = nodeKey(sha256(utf8('bob')));

export const hex = (text: string): string => toHex(sha256(utf8(text)));

export const manifest = (title: string): Manifest => ({
  isobit: 'manifest/1',
  title,
  format: 'onnx',
  task: 'image-classification',
  files: [{ path: 'model.onnx', size: 3, root: hex(title) }],
  entry: 'model.onnx',
  inputs: [],
  outputs: [{ name: 'out', datatype: 'FP32', shape: [1] }],
  licence: 'Apache-2.0',
  publisher: alice.address,
});

export const signed = (title: string) => signManifest(manifest(title), alice);
export const idOf = (title: string): string => modelId(manifest(title));

export interface NameSample {
  readonly version: string;
  readonly title: string;
  readonly sequence: number;
  readonly expires?: number;
  readonly key?: typeof alice;
}

export const nameOf = ({ version, title, sequence, expires = 1_000, key = alice }: NameSample): SignedName =>
  signName(
    { isobit: 'name/1', key: key.address, name: 'digits', version, model: idOf(title), sequence, expires },
    key,
  );

export const receiptOf = (request: string, response: string, time = 1): Receipt =>
  signReceipt(
    {
      network: hex('network'),
      model: idOf('digits'),
      profile: profileDigest(onnxExact),
      request: hex(request),
      response: hex(response),
      trace: ZERO_HASH,
      outcome: 'complete',
      time,
      worker: bob.address,
      payment: ZERO_HASH,
      details: {
        nonce: hex(`${request} ${time}`),
        usage: { inputBytes: 1, outputBytes: 1 },
        engine: { name: 'test', version: '1' },
      },
    },
    bob,
  );
