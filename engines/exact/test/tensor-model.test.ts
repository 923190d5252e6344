import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, limits } from '@isobit/core';
import { createRequest, createTextRequest, responseTensors, type Tensor } from '@isobit/receipt';
import { createTensorModel, type RunOptions, type TensorModel } from '../src/index.ts';
import { fp32 } from './models.ts';

/** A model that is no engine's: the port is a port. */
function fakeModel(outputs: Tensor[], seen: RunOptions[] = []): TensorModel {
  return createTensorModel({
    inputs: [],
    outputs: [],
    async run(_inputs, options = {}) {
      seen.push(options);
      return { outputs };
    },
    [Symbol.asyncDispose]: async () => undefined,
  });
}

const request = (outputs?: string[]) =>
  createRequest({
    model: 'bagaaierasords4njcts6vs7qvdjfcvgnume4hqohf65zsfguprqphs3icwea',
    profile: 'onnx-exact-1',
    salt: new Uint8Array(32).fill(1),
    inputs: [],
    ...(outputs ? { outputs } : {}),
  });

test('a foreign NaN becomes the canonical one', async () => {
  const foreign: Tensor = { ...fp32('y', [1], [0]), data: Uint8Array.of(1, 0, 0x80, 0xff) };
  const { response } = await fakeModel([foreign]).execute(request());
  assert.deepEqual(responseTensors(response), [fp32('y', [1], [NaN])]);
});

test('outputs, signal and salt reach the model', async () => {
  const seen: RunOptions[] = [];
  const { signal } = new AbortController();
  await fakeModel([fp32('y', [1], [0])], seen).execute(request(['y']), { signal, trace: true });
  assert.deepEqual(seen, [{ outputs: ['y'], signal, trace: { salt: new Uint8Array(32).fill(1) } }]);
});

test('an answer beyond what a response holds is refused', async () => {
  const size = limits.exchangeBytes;
  const large: Tensor = { name: 'y', datatype: 'UINT8', shape: [size], data: new Uint8Array(size) };
  await assert.rejects(fakeModel([large]).execute(request()), (error) => isCoded(error, 'OUTPUT_TOO_LARGE'));
});

test('a prompt is no request of tensors', async () => {
  const { model, profile } = request();
  const text = createTextRequest({
    model,
    profile,
    salt: new Uint8Array(32),
    prompt: { text: 'x' },
    maxTokens: 1,
  });
  await assert.rejects(fakeModel([]).execute(text), (error) => isCoded(error, 'KIND_UNSUPPORTED'));
});
