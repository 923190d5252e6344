import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { need, sharedPath } from '@isobit/testing';
import { createOnnxExact, type TensorModel } from '../src/index.ts';
import { wasmPath } from '../src/process/engine-file.ts';
import { fp32, int64, numbers } from './models.ts';
import { sourceOf } from './source.ts';

const runtime = createOnnxExact({ wasm: async () => readFileSync(wasmPath()) });
after(() => runtime[Symbol.asyncDispose]());

const load = (path: string): Promise<TensorModel> => runtime.load(sourceOf(readFileSync(sharedPath(path))));
const unzip = (path: string): Buffer => gunzipSync(readFileSync(sharedPath(path)));
const greatest = (values: readonly number[]): number => values.indexOf(Math.max(...values));

test('mnist reads the first thousand digits as well as its card says', need('shared'), async () => {
  await using model = await load('models/mnist/mnist-8.onnx');
  const images = unzip('data/digits/t10k-images-idx3-ubyte.gz').subarray(16);
  const labels = unzip('data/digits/t10k-labels-idx1-ubyte.gz').subarray(8);
  let right = 0;
  for (let i = 0; i < 1_000; i++) {
    const { outputs } = await model.run([
      fp32('Input3', [1, 1, 28, 28], [...images.subarray(i * 784, (i + 1) * 784)]),
    ]);
    if (greatest(numbers(outputs[0])) === labels[i]) right++;
  }
  // 98.91 % of all ten thousand; an exact engine gets the same ones right on every machine.
  assert.equal(right, 987);
});

interface Case {
  content_base64: string;
  prediction: { dl: string; score: number };
}

const WHITE = new Set([9, 10, 11, 12, 13, 32]);

/** The 2048 features of magika: the first and last 1024 bytes without white space around them, 256 as padding. */
function features(content: Uint8Array): Int32Array {
  let from = 0;
  let to = content.length;
  while (from < Math.min(4_096, to) && WHITE.has(content[from] as number)) from++;
  while (to > Math.max(0, content.length - 4_096) && WHITE.has(content[to - 1] as number)) to--;
  const out = new Int32Array(2_048).fill(256);
  out.set(content.subarray(from, Math.min(from + 1_024, 4_096, content.length)), 0);
  const last = content.subarray(Math.max(0, to - 1_024, content.length - 4_096), to);
  out.set(last, 2_048 - last.length);
  return out;
}

test('magika gives the labels and scores of its reference', need('shared'), async () => {
  await using model = await load('models/magika/model.onnx');
  const cases = JSON.parse(
    unzip('models/magika/reference/standard_v3_3-inference_examples_by_content.json.gz').toString(),
  ) as Case[];
  const { target_labels_space: labels } = JSON.parse(
    readFileSync(sharedPath('models/magika/config.min.json'), 'utf8'),
  ) as { target_labels_space: string[] };
  const predicted = cases.filter(({ prediction }) => prediction.dl !== 'undefined').slice(0, 12);
  for (const { content_base64, prediction } of predicted) {
    const data = new Uint8Array(features(Buffer.from(content_base64, 'base64')).buffer);
    const { outputs } = await model.run([{ name: 'bytes', datatype: 'INT32', shape: [1, 2_048], data }]);
    const scores = numbers(outputs[0]);
    assert.equal(labels[greatest(scores)], prediction.dl);
    assert.ok(Math.abs(Math.max(...scores) - prediction.score) < 1e-3);
  }
});

/** Pieces of a llama2.c tokenizer file: after the longest length, each a score, a length and bytes. */
function pieces(file: Buffer): string[] {
  const out: string[] = [];
  for (let at = 4; at < file.length; ) {
    const length = file.readInt32LE(at + 4);
    out.push(file.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  return out;
}

test('stories260K continues as its reference does', need('shared'), async () => {
  await using model = await load('models/stories260k/stories260K.onnx');
  const words = pieces(readFileSync(sharedPath('models/stories260k/tok512.bin')));
  const { expected_stdout: expected } = JSON.parse(
    readFileSync(sharedPath('models/stories260k/stories260K-greedy.json'), 'utf8'),
  ) as { expected_stdout: string };
  const ids = [1];
  for (let step = 0; step < 40; step++) {
    const { outputs } = await model.run([int64('input_ids', [1, ids.length], ids)]);
    ids.push(greatest(numbers(outputs[0]).slice(-words.length)));
  }
  const text = ids
    .slice(1)
    .map((id) => words[id])
    .join('')
    .trimStart();
  assert.ok(text.length > 60 && expected.startsWith(text), text);
});
