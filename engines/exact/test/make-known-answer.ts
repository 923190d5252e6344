import { readFile, writeFile } from 'node:fs/promises';
import { toBase64, toHex } from '@isobit/core';
import { createResponse, responseDigest, type Tensor, type Trace, traceRoot } from '@isobit/receipt';
import { createOnnxExact } from '../src/onnx/create-onnx-exact.ts';
import { wasmPath } from '../src/process/engine-file.ts';
import { constant, ELEMENT, floats, longs, model, node, value } from './build-model.ts';
import { sourceOf } from './source.ts';

/*
 * Writes src/onnx/known-answer-data.ts: a model that goes through what could differ between machines, its input
 * and the digests of its answer. Run it when the profile's engine changes, never to make a failing test pass.
 */

/** Values from a fixed recurrence, so that the model needs no data file. */
function spread(count: number, scale: number): number[] {
  let state = 12_345;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state / 1_073_741_824 - 1) * scale;
  });
}

export const knownAnswerModel = (): Uint8Array =>
  model({
    node: [
      node('Conv', ['image', 'kernel', 'bias'], ['conv'], { pads: [1, 1, 1, 1] }),
      node('Relu', ['conv'], ['relu']),
      node('MaxPool', ['relu'], ['pool'], { kernel_shape: [2, 2], strides: [2, 2] }),
      node('Reshape', ['pool', 'flat'], ['row']),
      node('Gemm', ['row', 'weights', 'offset'], ['gemm'], { alpha: { float: 0.7 }, beta: { float: 1.3 } }),
      node('Softmax', ['gemm'], ['classes'], { axis: 1 }),
      node('Tanh', ['gemm'], ['tanh']),
      node('Exp', ['tanh'], ['exp']),
      node('Erf', ['exp'], ['erf']),
      node('ReduceSum', ['erf', 'axes'], ['sum'], { keepdims: 1 }),
      // A subnormal product: an engine that flushes to zero gives 0 here.
      node('Mul', ['tiny', 'small'], ['subnormal']),
      node('Cast', ['tiny'], ['tiny64'], { to: ELEMENT.DOUBLE }),
      node('Mul', ['tiny64', 'small64'], ['subnormal64']),
      // 0 / 0 and what comes of it.
      node('Sub', ['tiny', 'tiny'], ['zero']),
      node('Div', ['zero', 'zero'], ['nan']),
      node('Add', ['nan', 'tiny'], ['nans']),
      // Integers wrap.
      node('Mul', ['big', 'big'], ['wrapped']),
      // Half-width floats, computed between casts.
      node('Cast', ['gemm'], ['half'], { to: ELEMENT.FLOAT16 }),
      node('Sin', ['half'], ['sine']),
      node('Cos', ['sine'], ['cosine']),
    ],
    initializer: [
      floats('kernel', [4, 1, 3, 3], spread(36, 0.5)),
      floats('bias', [4], spread(4, 0.1)),
      longs('flat', [2], [1, 64]),
      floats('weights', [64, 8], spread(512, 0.3)),
      floats('offset', [8], spread(8, 0.2)),
      longs('axes', [1], [1]),
      floats('small', [1], [1e-10]),
      constant('small64', ELEMENT.DOUBLE, [1], Float64Array.of(1e-290)),
      constant('big', ELEMENT.INT32, [2], Int32Array.of(2_147_483_647, 65_537)),
    ],
    input: [value('image', ELEMENT.FLOAT, [1, 1, 8, 8]), value('tiny', ELEMENT.FLOAT, [1])],
    output: [
      value('classes', ELEMENT.FLOAT, [1, 8]),
      value('sum', ELEMENT.FLOAT, [1, 1]),
      value('subnormal', ELEMENT.FLOAT, [1]),
      value('subnormal64', ELEMENT.DOUBLE, [1]),
      value('nans', ELEMENT.FLOAT, [1]),
      value('wrapped', ELEMENT.INT32, [2]),
      value('cosine', ELEMENT.FLOAT16, [1, 8]),
    ],
  });

const bytesOf = (values: readonly number[]) => new Uint8Array(Float32Array.from(values).buffer);

export const knownAnswerInputs = (): Tensor[] => [
  { name: 'image', datatype: 'FP32', shape: [1, 1, 8, 8], data: bytesOf(spread(64, 1)) },
  { name: 'tiny', datatype: 'FP32', shape: [1], data: bytesOf([1e-30]) },
];

/** What src/onnx/known-answer-data.ts exports. */
export async function makeKnownAnswer(): Promise<
  typeof import('../src/onnx/known-answer-data.ts').knownAnswer
> {
  const bytes = knownAnswerModel();
  await using runtime = createOnnxExact({ wasm: () => readFile(wasmPath()) });
  await using loaded = await runtime.load(sourceOf(bytes));
  const salt = new Uint8Array(32);
  const inputs = knownAnswerInputs();
  const { outputs, trace } = await loaded.run(inputs, { trace: { salt } });
  return {
    model: toBase64(bytes),
    inputs: loaded.inputs,
    outputs: loaded.outputs,
    values: Object.fromEntries(inputs.map(({ name, data }) => [name, toHex(data)])),
    response: responseDigest(createResponse(outputs), salt),
    trace: traceRoot(trace as Trace, salt),
  };
}

if (import.meta.main) {
  const text = `// Written by test/make-known-answer.ts; a test compares it.
import type { TensorSignature } from '@isobit/model';

export const knownAnswer: {
  /** The model file, base64. */
  readonly model: string;
  readonly inputs: readonly TensorSignature[];
  readonly outputs: readonly TensorSignature[];
  /** Input bytes by name, hex. */
  readonly values: Readonly<Record<string, string>>;
  /** Digest of the response and root of the trace, both with a salt of zeros. */
  readonly response: string;
  readonly trace: string;
} = ${JSON.stringify(await makeKnownAnswer(), null, 2)};
`;
  await writeFile(new URL('../src/onnx/known-answer-data.ts', import.meta.url), text);
}
