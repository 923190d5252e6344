import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { Manifest } from '@isobit/model';
import { tempDir } from '@isobit/testing';
import { readQuestion } from '../../src/input/read-question.ts';
import { writeNpy } from './write-npy.ts';

const manifestOf = (...inputs: Manifest['inputs']): Manifest => ({
  isobit: 'manifest/1',
  title: 'x',
  format: 'onnx',
  task: 'x',
  files: [{ path: 'm.onnx', size: 0, root: '0'.repeat(64) }],
  entry: 'm.onnx',
  inputs,
  outputs: [{ name: 'sum', datatype: 'FP32', shape: [-1] }],
  licence: 'x',
  publisher: `0x${'0'.repeat(40)}`,
});
const left = { name: 'left', datatype: 'FP32' as const, shape: [-1] };
const right = { name: 'right', datatype: 'INT64' as const, shape: [2] };

const f32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const i64 = (...values: bigint[]): Uint8Array => new Uint8Array(BigInt64Array.from(values).buffer);
const npy = (descr: string, length: number, data: Uint8Array): Uint8Array =>
  writeNpy({ descr, shape: [length], data, version: 1 });

function asking(t: TestContext, files: Record<string, Uint8Array | string>) {
  const dir = tempDir(t);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes);
  return (manifest: Manifest, ...inputs: string[]) =>
    readQuestion({
      files: inputs.map((input) =>
        input.replace(/[^=]+$/, (name) => (name === '-' ? name : join(dir, name))),
      ),
      manifest,
      stdin: Readable.from([]),
    });
}

const body = JSON.stringify({
  inputs: [
    { name: 'right', shape: [2], datatype: 'INT64', data: [1, 2] },
    { name: 'left', shape: [1], datatype: 'FP32', data: [0.5] },
  ],
  outputs: [{ name: 'sum' }],
  parameters: { isobit_profile: 'fast' },
});

test('JSON and arrays ask the same', async (t) => {
  const ask = asking(t, {
    'q.json': body,
    'l.npy': npy('<f4', 1, f32(0.5)),
    'r.npy': npy('<i8', 2, i64(1n, 2n)),
  });
  const manifest = manifestOf(left, right);
  const asJson = await ask(manifest, 'q.json');
  assert.deepEqual(asJson.outputs, ['sum']);
  assert.equal(asJson.profile, 'fast');
  assert.deepEqual((await ask(manifest, 'right=r.npy', 'left=l.npy')).inputs, asJson.inputs);
});

test('the only input need not be named, and NaN becomes canonical', async (t) => {
  const nan = f32(0);
  new DataView(nan.buffer).setUint32(0, 0xffc00001, true);
  const [input] = (await asking(t, { 'x.npy': npy('<f4', 1, nan) })(manifestOf(left), 'x.npy')).inputs;
  assert.deepEqual(input?.data, Uint8Array.of(0, 0, 0xc0, 0x7f));
});

test('a model without inputs needs none', async (t) => {
  assert.deepEqual((await asking(t, {})(manifestOf())).inputs, []);
});

test('what does not fit the model is refused by name', async (t) => {
  const ask = asking(t, {
    'f8.npy': npy('<f8', 1, new Uint8Array(8)),
    'r3.npy': npy('<i8', 3, i64(1n, 2n, 3n)),
    'l.npy': npy('<f4', 1, f32(1)),
    'q.json': body,
    'salt.json': body.replace('"isobit_profile":"fast"', `"isobit_salt":"${'0'.repeat(64)}"`),
    'a.npz': 'PK\u0003\u0004',
    'broken.json': '{"inputs": [',
  });
  const rejects = (asked: Promise<unknown>, code: string, message: RegExp) =>
    assert.rejects(asked, { code, message });
  await rejects(
    ask(manifestOf(left), 'f8.npy'),
    'INFER_DATATYPE',
    /"left" FP64\[1\]: the model takes FP32.*astype/,
  );
  await rejects(ask(manifestOf(left, right), 'left=l.npy', 'right=r3.npy'), 'INFER_SHAPE', /"right"/);
  await rejects(ask(manifestOf(left, right), 'left=l.npy'), 'INFER_INPUT', /"right" of the model is missing/);
  await rejects(ask(manifestOf(left, right), 'l.npy'), 'USAGE', /say which input/);
  await rejects(ask(manifestOf(left, right)), 'USAGE', /left FP32\[\?\] and right INT64\[2\]/);
  await rejects(ask(manifestOf(left, right), 'q.json', 'left=l.npy'), 'USAGE', /give it alone/);
  await rejects(ask(manifestOf(left, right), 'left=q.json'), 'INPUT_UNREADABLE', /JSON holds all inputs/);
  await rejects(ask(manifestOf(left, right), 'salt.json'), 'INPUT_UNREADABLE', /draws itself/);
  await rejects(ask(manifestOf(left), 'a.npz'), 'INPUT_UNREADABLE', /npz.*numpy\.save/);
  await rejects(ask(manifestOf(left), 'broken.json'), 'INPUT_UNREADABLE', /can't be read as a question/);
  await rejects(ask(manifestOf(left), 'nothing.npy'), 'FILE', /no such file/);
  await rejects(ask(manifestOf(left), '-'), 'INPUT_UNREADABLE', /neither JSON/);
});
