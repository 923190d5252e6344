import { cidOf, nodeKey, sha256, utf8 } from '@isobit/core';
import type { Manifest, NameRecord } from '@isobit/model';

/** What the tests of this package share. */
export const alice = nodeKey(sha256(utf8('test key alice')));
export const mallory = nodeKey(sha256(utf8('test key mallory')));

export const manifest: Manifest = {
  isobit: 'manifest/1',
  title: 'Doubler',
  format: 'onnx',
  task: 'arithmetic',
  files: [
    { path: 'labels/en.txt', size: 3, root: '1'.repeat(64) },
    { path: 'model.onnx', size: 40, root: '2'.repeat(64) },
  ],
  entry: 'model.onnx',
  inputs: [{ name: 'x', datatype: 'FP32', shape: [-1, 2] }],
  outputs: [{ name: 'y', datatype: 'FP32', shape: [-1, 2] }],
  licence: 'Apache-2.0',
  publisher: alice.address,
};

export const record: NameRecord = {
  isobit: 'name/1',
  key: alice.address,
  name: 'doubler',
  version: '2',
  model: cidOf(utf8('{}')),
  sequence: 1,
  expires: 1_800_000_000_000,
};
