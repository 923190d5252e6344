import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { createTokenizer, type Tokenizer } from '../../../src/llm/tokenizer/index.ts';
import { fuzzText } from './fuzz-text.ts';
import { definitionOf, type Vector } from './vectors/operations.ts';
import { valid } from './vectors/valid.ts';

const tokenizerOf = (name: string): Tokenizer => createTokenizer(definitionOf(valid[name] as Vector));

const texts = fc.oneof(
  fc.nat().map((seed) => fuzzText(seed)),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom('a', ' ', '▁', '\n', '<|end|>', '<x>', '<s>', '1', "'s", '中', '\ud800'),
    maxLength: 30,
  }),
);

const decoded = (tokenizer: Tokenizer, tokens: readonly number[]): string =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(tokens.flatMap((token) => [...tokenizer.bytes(token)])),
  );

/** Tokenizers that lose nothing, and what they put before a text. */
const lossless = {
  'gguf-gpt-2': '',
  'gguf-smollm': '',
  'gguf-llama-bpe': '',
  'gguf-qwen2': '',
  'gguf-default': '',
  'gguf-deepseek-v3': '',
  'gguf-tekken': '',
  'hub-gpt-2': '',
  'hub-tekken': '',
  'gguf-llama-no-prefix': '',
} as const;

describe('property: the bytes of a text’s tokens are the text', () => {
  for (const [name, prefix] of Object.entries(lossless)) {
    const tokenizer = tokenizerOf(name);
    test(name, async () => {
      await forAll([texts], (text) => {
        // A special token that takes white space along loses it, and U+2581 is a space to SentencePiece.
        if (name.startsWith('hub') && text.includes('<x>')) return;
        const expected =
          prefix + (name.startsWith('gguf-llama-no') ? text.replaceAll('▁', ' ') : text).toWellFormed();
        assert.equal(decoded(tokenizer, tokenizer.encode(text, { special: false, whole: false })), expected);
      });
    });
  }

  test('gguf-llama: with a space before the text', async () => {
    const tokenizer = tokenizerOf('gguf-llama');
    await forAll([texts], (text) => {
      const expected = text === '' ? '' : ` ${text.replaceAll('▁', ' ').toWellFormed()}`;
      assert.equal(decoded(tokenizer, tokenizer.encode(text, { special: false, whole: false })), expected);
    });
  });
});

describe('property: of every tokenizer', () => {
  for (const [name, vector] of Object.entries(valid)) {
    if (vector.kind !== 'encode') continue;
    const tokenizer = tokenizerOf(name);
    test(name, async () => {
      await forAll([texts, fc.boolean(), fc.boolean()], (text, special, whole) => {
        const tokens = tokenizer.encode(text, { special, whole });
        for (const token of tokens)
          assert.ok(Number.isInteger(token) && token >= 0 && token < tokenizer.vocabulary);
        assert.deepEqual(tokenizer.encode(text, { special, whole }), tokens, 'the same again, from memory');
        if (special || whole) return;
        const controls = tokens.filter(
          (token) =>
            tokenizer.control(token) &&
            tokenizer.text(token) !== '<unk>' &&
            tokenizer.text(token) !== '[UNK]',
        );
        assert.deepEqual(controls, [], 'text makes no control token');
      });
    });
  }
});

test('a text above the limit is refused before any work', () => {
  const tokenizer = tokenizerOf('gguf-gpt-2');
  assert.throws(() => tokenizer.encode('€'.repeat(2 ** 23 / 3 + 1), { special: false, whole: false }), {
    code: 'TOKENIZER_LIMIT',
  });
});

test('a token that the vocabulary does not have is refused', () => {
  const tokenizer = tokenizerOf('gguf-gpt-2');
  for (const token of [-1, tokenizer.vocabulary, 0.5])
    assert.throws(() => tokenizer.bytes(token), RangeError);
});
