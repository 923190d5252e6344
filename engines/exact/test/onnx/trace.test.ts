import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import {
  firstDifference,
  type OperatorTrace,
  type Tensor,
  traceKind,
  traceRoot,
  valueDigest,
} from '@isobit/receipt';
import { need, sharedPath } from '@isobit/testing';
import { createOnnxExact } from '../../src/index.ts';
import { wasmPath } from '../../src/process/engine-file.ts';
import { bool, fp32, int64, models, ramp } from '../models.ts';
import { sourceOf } from '../source.ts';

const runtime = createOnnxExact({ wasm: () => readFile(wasmPath()) });
after(() => runtime[Symbol.asyncDispose]());
const salt = new Uint8Array(32).fill(7);

/** Runs with and without a trace; the outputs must be the same bits. */
async function traced(bytes: Uint8Array, inputs: Tensor[]): Promise<OperatorTrace> {
  await using model = await runtime.load(sourceOf(bytes));
  const plain = await model.run(inputs);
  const { outputs, trace } = await model.run(inputs, { trace: { salt } });
  assert.deepEqual(outputs, plain.outputs);
  assert.ok(trace);
  assert.deepEqual(traceKind.parse(trace), trace);
  return trace;
}

test('each step has its inputs and outputs by digest', async () => {
  const image = fp32('image', [1, 1, 8, 8], ramp(64));
  const trace = await traced(models.network(), [image]);
  assert.deepEqual(trace.steps[0]?.inputs, [{ name: 'image', digest: valueDigest(image, salt) }]);
  assert.deepEqual(trace.steps[1]?.inputs[0]?.digest, trace.steps[0]?.outputs[0]?.digest);
  assert.deepEqual(
    trace.steps.map(({ op }) => op),
    ['Conv', 'Relu', 'Reshape', 'MatMul', 'Softmax'],
  );
  assert.deepEqual(trace.steps[0]?.outputs[0]?.shape, [1, 2, 8, 8]);
});

test('another weight shows at the operator that reads it', async () => {
  const image = [fp32('image', [1, 1, 8, 8], ramp(64))];
  const honest = models.network();
  const lying = honest.slice();
  const weights = Buffer.from(Float32Array.from(ramp(512)).buffer);
  const start = Buffer.from(honest).indexOf(weights);
  // The sign of every weight of the second layer.
  for (let at = start + 3; at < start + weights.length; at += 4) lying[at] = (lying[at] as number) ^ 0x80;
  const [one, other] = [await traced(lying, image), await traced(honest, image)];
  const difference = firstDifference(one, other);
  assert.equal(difference?.index, 3);
  assert.equal(difference?.kind, 'output');
  assert.equal(difference?.claimed?.op, 'MatMul');
  assert.notEqual(traceRoot(one, salt), traceRoot(other, salt));
});

test('half-width floats give the same bits with a trace and without', async () => {
  const xs = Array.from({ length: 500 }, (_, i) => 0.001 * i + 0.00013);
  const trace = await traced(models.half(), [fp32('x', [500], xs)]);
  assert.deepEqual(
    trace.steps.map((step) => step.outputs[0]?.datatype),
    ['FP16', 'FP16', 'FP16', 'FP32'],
  );
});

test('a branch is one step, and what it captures is among its inputs', async () => {
  const trace = await traced(models.branching(), [fp32('x', [2], [1, 2]), bool('flag', true)]);
  assert.deepEqual(
    trace.steps[1]?.inputs.map(({ name }) => name),
    ['flag', 'twice', 'x'],
  );
});

test('a loop is one step', async () => {
  const trace = await traced(models.loop(), [int64('trips', [], [5]), bool('go', true), fp32('x', [1], [0])]);
  assert.equal(trace.steps.length, 1);
});

test('values that are no tensors and outputs without a name are left out', async () => {
  const trace = await traced(models.sequence(), [fp32('x', [2], [1, 2])]);
  assert.deepEqual(
    trace.steps.map(({ inputs, outputs }) => [
      inputs.map(({ name }) => name),
      outputs.map(({ name }) => name),
    ]),
    [
      [['x', 'x'], []],
      [[], ['joined']],
      [['joined'], ['y']],
    ],
  );
});

test('NaN is canonical in every step', async () => {
  const zero = fp32('b', [1, 3], [0, 0, 0]);
  const infinite = fp32('a', [1, 3], [Infinity, -Infinity, NaN]);
  const trace = await traced(models.twoAndTwo(), [infinite, zero]);
  const nan: Tensor = fp32('product', [1, 3], [NaN, NaN, NaN]);
  assert.equal(trace.steps[1]?.outputs[0]?.digest, valueDigest(nan, salt));
});

for (const [name, path, inputs] of [
  ['mnist', 'models/mnist/mnist-8.onnx', [fp32('Input3', [1, 1, 28, 28], ramp(784))]],
  [
    'magika',
    'models/magika/model.onnx',
    [
      {
        name: 'bytes',
        datatype: 'INT32',
        shape: [1, 2048],
        data: new Uint8Array(8192).map((_, i) => (i % 4 === 0 ? i % 251 : 0)),
      },
    ],
  ],
  ['babyllama', 'models/babyllama/babyllama-105.onnx', [int64('input_ids', [1, 5], [1, 2, 3, 4, 5])]],
  ['stories260k', 'models/stories260k/stories260K.onnx', [int64('input_ids', [1, 4], [1, 403, 407, 261])]],
] as [string, string, Tensor[]][]) {
  test(`${name}: the traced run gives the same bits, each node a step`, need('shared'), async () => {
    const trace = await traced(await readFile(sharedPath(path)), inputs);
    assert.ok(trace.steps.every((step) => step.outputs.length > 0));
  });
}
