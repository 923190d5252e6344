import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, limits } from '@isobit/core';
import {
  createResponse,
  createTextResponse,
  responseKind,
  responseTensors,
  type TextChoice,
  usageOf,
} from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { anyChoice, anyChoiceWithBytes } from './text-arbitraries.ts';
import { smallRequest, smallResponse } from './vectors/exchange.ts';
import { smallEmbedding, smallText } from './vectors/text-request.ts';
import { smallAnswer } from './vectors/text-response.ts';

const answers = fc.array(fc.oneof(anyChoice, anyChoiceWithBytes), { minLength: 1, maxLength: 4 });
const invalid = (error: unknown) => isCoded(error, 'DOCUMENT_INVALID');
const unsupported = (error: unknown) => isCoded(error, 'KIND_UNSUPPORTED');

test('a text response reads back from its bytes', () =>
  forAll([fc.nat(), answers], (promptTokens, choices) => {
    const response = createTextResponse({ promptTokens, choices });
    assert.deepEqual(responseKind.decode(responseKind.encode(response)), response);
    assert.deepEqual(response.choices, choices);
  }));

test('usage of a text is what the response counts, and nothing without one', () => {
  forAll([fc.nat(), answers], (promptTokens, choices) =>
    assert.deepEqual(usageOf(smallText, createTextResponse({ promptTokens, choices })), {
      inputTokens: promptTokens,
      outputTokens: choices.flatMap(({ tokens }) => tokens).length,
    }),
  );
  assert.deepEqual(usageOf(smallText), { inputTokens: 0, outputTokens: 0 });
});

test('usage of an embedding is in bytes: of the texts in UTF-8, of the tensor', () => {
  const row = { name: 'embedding', datatype: 'FP32', shape: [2, 1], data: new Uint8Array(8) } as const;
  assert.deepEqual(usageOf(smallEmbedding, createResponse([row])), { inputBytes: 8, outputBytes: 8 });
});

test('a response of another kind is no answer', () => {
  assert.throws(() => usageOf(smallText, smallResponse), unsupported);
  assert.throws(() => usageOf(smallRequest, smallAnswer), unsupported);
  assert.throws(() => usageOf(smallEmbedding, smallAnswer), unsupported);
  assert.throws(() => responseTensors(smallAnswer), unsupported);
});

test('a text response that contradicts itself is refused', () => {
  const [first] = smallAnswer.choices as [TextChoice];
  const refused = (changes: Partial<TextChoice>) =>
    assert.throws(
      () => createTextResponse({ promptTokens: 1, choices: [{ ...first, ...changes }] }),
      invalid,
    );
  refused({ stop: '\n', finish: 'length' });
  refused({ logProbabilities: [] });
  refused({ finish: 'tool_calls' as never });
  refused({ tokens: [0.5] });
  assert.throws(() => createTextResponse({ promptTokens: 1, choices: [] }), invalid);
});

test('bytes of tokens are of just those that are named, and say the text', () =>
  forAll([anyChoiceWithBytes], (choice) => {
    const refused = (changes: Partial<TextChoice>, why: RegExp) =>
      assert.throws(
        () => createTextResponse({ promptTokens: 1, choices: [{ ...choice, ...changes }] }),
        (error: Error) => invalid(error) && why.test(error.message),
      );
    const { text, tokenBytes = {} } = choice;
    refused({ text: `${text}x` }, /must hold the text/);
    refused({ text: `x${text}` }, /must hold the text/);
    refused({ text, finish: 'stop', stop: 'x' }, /must hold the text/);
    refused({ tokenBytes: { ...tokenBytes, '-1': '' } }, /of no other/);
    const [first] = Object.keys(tokenBytes);
    if (first === undefined) return;
    const { [first]: _, ...rest } = tokenBytes;
    refused({ tokenBytes: rest }, /the bytes of each/);
    refused({ tokenBytes: { ...rest, [`0${first}`]: '' } }, /the bytes of each/);
    refused({ tokenBytes: { ...tokenBytes, [first]: 'AA' } }, /lowercase hex/);
  }));

test('an answer of more values than a reader takes is not written', () => {
  const probability = {
    value: '00000000',
    alternatives: Array(limits.textAlternatives).fill({ token: 1, value: '00000000' }),
  };
  const of = (count: number) =>
    createTextResponse({
      promptTokens: 1,
      choices: [
        {
          tokens: Array(count).fill(1),
          text: '',
          finish: 'length',
          logProbabilities: Array(count).fill(probability),
        },
      ],
    });
  assert.ok(responseKind.encode(of(9_000)));
  assert.throws(
    () => responseKind.encode(of(10_000)),
    (error) => isCoded(error, 'CANONICAL_INVALID'),
  );
});
