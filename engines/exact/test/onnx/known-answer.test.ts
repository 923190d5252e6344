import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { createOnnxExact, createTensorModel, selfTest, type TensorRuntime } from '../../src/index.ts';
import { knownAnswer } from '../../src/onnx/known-answer-data.ts';
import { wasmPath } from '../../src/process/engine-file.ts';
import { knownAnswerInputs, makeKnownAnswer } from '../make-known-answer.ts';
import { sourceOf } from '../source.ts';

const create = () => createOnnxExact({ wasm: () => readFile(wasmPath()) });

test('the pinned model and answer are those that the script makes', async () => {
  assert.deepEqual(await makeKnownAnswer(), knownAnswer);
});

test('its answer holds a subnormal of each width, a NaN and a wrapped integer', async () => {
  await using runtime = create();
  await using model = await runtime.load(sourceOf(Buffer.from(knownAnswer.model, 'base64')));
  const { outputs } = await model.run(knownAnswerInputs(), {
    outputs: ['subnormal', 'subnormal64', 'nans', 'wrapped'],
  });
  const hex = outputs.map(({ data }) => Buffer.from(data).toString('hex'));
  assert.deepEqual(hex, ['c2160100', 'e807000000000000', '0000c07f', '0100000001000200']);
});

test('an engine that gives the right bits passes', async () => {
  await using runtime = create();
  await selfTest(runtime);
});

test('an engine that flushes subnormals to zero, or differs between two nodes only, fails', async () => {
  await using runtime = create();
  const altered = (
    change: (result: { outputs: { name: string; data: Uint8Array }[]; trace?: { steps: unknown[] } }) => void,
  ): TensorRuntime => ({
    ...runtime,
    load: async (source) => {
      const model = await runtime.load(source);
      return createTensorModel({
        ...model,
        run: async (inputs, options) => {
          const result = await model.run(inputs, options);
          change(result);
          return result;
        },
      });
    },
    [Symbol.asyncDispose]: async () => undefined,
  });
  const flushed = altered(({ outputs }) => outputs.find(({ name }) => name === 'subnormal')?.data.fill(0));
  await assert.rejects(selfTest(flushed), (error) => isCoded(error, 'ENGINE_SELF_TEST'));
  const skipped = altered(({ trace }) => trace?.steps.pop());
  await assert.rejects(selfTest(skipped), (error) => isCoded(error, 'ENGINE_SELF_TEST'));
});
