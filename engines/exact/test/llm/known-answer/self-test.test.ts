import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { createTokenEncoder, createTokenEngine, streamed } from '../../../src/llm/index.ts';
import { knownDecoder, knownEncoder } from '../../../src/llm/known-answer/known-models.ts';
import { selfTest, type TestedEngines } from '../../../src/llm/known-answer/self-test.ts';
import type { ModelFile } from '../../../src/llm/reference/index.ts';
import { kernels } from '../engine/open.ts';
import { knownAnswerText, path } from './make-known-answer.ts';

const fast = (threads: number): TestedEngines => ({
  decoder: (model) => createTokenEngine({ model: streamed(model), kernels, threads }),
  encoder: (model) => createTokenEncoder({ model: streamed(model), kernels, threads }),
});

const failing = (engines: TestedEngines) =>
  assert.rejects(selfTest(engines), (error) => isCoded(error, 'ENGINE_SELF_TEST'));

test('the pinned answer is the one that the slow reference gives', async () => {
  assert.equal(await knownAnswerText(), await readFile(path, 'utf8'));
});

describe('passed', () => {
  for (const threads of [1, 2]) test(`by the kernels, threads: ${threads}`, () => selfTest(fast(threads)));
});

/** The model as an engine sees it that flushes subnormal floats of weights to zero. */
function flushed(model: ModelFile): ModelFile {
  return {
    ...model,
    bytes(name) {
      if (model.tensors.get(name)?.type !== 'F32') return model.bytes(name);
      const values = new Float32Array(model.bytes(name).slice().buffer);
      return new Uint8Array(values.map((value) => (Math.abs(value) < 2 ** -126 ? 0 : value)).buffer);
    },
  };
}

/** The weights of one tensor differ a little. */
const altered =
  (tensor: string) =>
  (model: ModelFile): ModelFile => ({
    ...model,
    bytes: (name) => (name === tensor ? model.bytes(name).map((byte) => byte ^ 1) : model.bytes(name)),
  });

describe('failed', () => {
  const seen = (change: (model: ModelFile) => ModelFile): TestedEngines => ({
    decoder: (model) => fast(1).decoder(change(model)),
    encoder: (model) => fast(1).encoder(change(model)),
  });
  test('by an engine that takes subnormal weights for zero', () => failing(seen(flushed)));

  for (const name of [...knownDecoder().tensors.keys(), ...knownEncoder().tensors.keys()])
    test(`by one that gets ${name} wrong in some bits`, () => failing(seen(altered(name))));

  test('by one that draws another token', () =>
    failing({
      ...fast(1),
      async decoder(model) {
        const engine = await fast(1).decoder(model);
        return {
          ...engine,
          async *generate(request, options) {
            for await (const step of engine.generate(request, options))
              yield { ...step, token: (step.token + 1) % 80 };
          },
          [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
        };
      },
    }));
});
