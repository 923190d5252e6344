import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded } from '@isobit/core';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import {
  bitsOf,
  createDecoder,
  createEncoder,
  type Decoder,
  firstDifferentToken,
  generate,
  readGguf,
} from '../../../src/llm/reference/index.ts';
import { decoderFile, encoderFile, type ModelOptions, SMALL } from '../random-model.ts';

const decoder = (options: ModelOptions): Decoder => createDecoder(readGguf(decoderFile(options)));

const models: Record<string, Decoder> = {
  'llama, Q8_0': decoder({ architecture: 'llama', type: 'Q8_0', layers: 2 }),
  'llama, Q4_1, window of 5': decoder({
    architecture: 'llama',
    type: 'Q4_1',
    metadata: { 'llama.attention.sliding_window': 5 },
  }),
  'qwen2, Q5_0': decoder({ architecture: 'qwen2', type: 'Q5_0' }),
  'qwen3, F16': decoder({ architecture: 'qwen3', type: 'F16', layers: 2 }),
};

const bits = (logits: readonly Float32Array[]): number[][] =>
  logits.map((values) => Array.from(values, bitsOf));

const tokens = fc.array(fc.nat(SMALL.vocabulary - 1), { minLength: 1, maxLength: 20 });

describe('the same bits in one pass, in any chunks and token by token', () => {
  for (const [name, model] of Object.entries(models)) {
    test(name, () =>
      forAll(
        [tokens, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 20, maxLength: 20 })],
        (prompt, chunks) => {
          const whole = model.forward(model.createSequence(), prompt);
          const sequence = model.createSequence();
          const parts: Float32Array[] = [];
          for (let at = 0, i = 0; at < prompt.length; i++) {
            const chunk = prompt.slice(at, at + (chunks[i] as number));
            parts.push(...model.forward(sequence, chunk));
            at += chunk.length;
          }
          assert.deepEqual(bits(parts), bits(whole));
        },
        propertyRuns(8),
      ),
    );
  }

  test('across blocks of attention', () => {
    const model = models['qwen2, Q5_0'] as Decoder;
    const prompt = Array.from({ length: 140 }, (_, i) => (i * 7) % SMALL.vocabulary);
    const whole = model.forward(model.createSequence(), prompt);
    const sequence = model.createSequence();
    const parts = [prompt.slice(0, 63), prompt.slice(63, 65), prompt.slice(65, 139), prompt.slice(139)];
    assert.deepEqual(bits(parts.flatMap((part) => model.forward(sequence, part))), bits(whole));
  });
});

test('a window hides what lies before it', () => {
  const model = models['llama, Q4_1, window of 5'] as Decoder;
  const last = (prompt: number[]) => bits(model.forward(model.createSequence(), prompt)).at(-1);
  assert.notDeepEqual(last([1, 2, 3, 4, 5]), last([9, 2, 3, 4, 5]));
  const wide = models['llama, Q8_0'] as Decoder;
  const far = (prompt: number[]) => bits(wide.forward(wide.createSequence(), prompt)).at(-1);
  assert.notDeepEqual(far([1, 2, 3, 4, 5, 6, 7]), far([9, 2, 3, 4, 5, 6, 7]));
});

describe('an answer', () => {
  const model = models['llama, Q8_0'] as Decoder;
  const parameters = { seed: 5n, temperature: 0.9, topK: 30, presencePenalty: 0.5 };
  const prompt = [1, 2];

  test('is checked by one pass; a changed token is named', () => {
    const answer = [...generate({ model, prompt, parameters, most: 24 })];
    assert.equal(firstDifferentToken({ model, prompt, parameters, answer }), undefined);
    const claimed = ((answer[10] as number) + 1) % SMALL.vocabulary;
    assert.deepEqual(firstDifferentToken({ model, prompt, parameters, answer: answer.with(10, claimed) }), {
      index: 10,
      claimed,
      computed: answer[10],
    });
  });

  test('of a token that does not exist, or of none, is checked too', () => {
    const answer = [...generate({ model, prompt, parameters, most: 4 })];
    const found = firstDifferentToken({ model, prompt, parameters, answer: [...answer, 4_000, 1] });
    assert.deepEqual([found?.index, found?.claimed], [4, 4_000]);
    assert.equal(firstDifferentToken({ model, prompt, parameters, answer: [] }), undefined);
  });

  test('ends at a token that ends answers, and when its caller aborts', () => {
    const answer = [...generate({ model, prompt, parameters, most: 24 })];
    const end = answer[4] as number;
    const ended = [...generate({ model, prompt, parameters, most: 24, ends: new Set([end]) })];
    assert.deepEqual(ended, answer.slice(0, answer.indexOf(end) + 1));
    const signal = AbortSignal.abort();
    assert.throws(
      () => [...generate({ model, prompt, parameters, most: 1, signal })],
      (error) => isCoded(error, 'RUN_ABORTED'),
    );
  });

  test('is refused for tokens that do not exist, and beyond the context', () => {
    const small = decoder({ architecture: 'llama', type: 'Q8_0', context: 4 });
    for (const [bad, code] of [
      [[48], 'TOKEN_UNKNOWN'],
      [[-1], 'TOKEN_UNKNOWN'],
      [[1.5], 'TOKEN_UNKNOWN'],
      [[1, 2, 3, 4, 5], 'CONTEXT_FULL'],
      [[], 'PROMPT_EMPTY'],
    ] as const) {
      assert.throws(
        () => [...generate({ model: small, prompt: bad, parameters, most: 1 })],
        (error) => isCoded(error, code),
      );
    }
  });
});

describe('an embedding', () => {
  for (const pooling of [1, 2]) {
    test(`has length one; every token counts (pooling ${pooling})`, () => {
      const model = createEncoder(readGguf(encoderFile('Q8_0', pooling)));
      const found = model.embed([1, 2, 3]);
      assert.ok(Math.abs(found.reduce((sum, value) => sum + value * value, 0) - 1) < 1e-5);
      assert.deepEqual(model.embed([1, 2, 3]), found);
      assert.notDeepEqual(model.embed([1, 2, 4]), found);
      assert.notDeepEqual(model.embed([1, 3, 2]), found);
    });
  }
});
