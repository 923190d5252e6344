import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fromUtf8, utf8 } from '@isobit/core';
import { need, sharedPath } from '@isobit/testing';
import { readGguf } from '../../../src/llm/gguf/read-gguf.ts';
import { createTokenizer, readGgufTokenizer, type Tokenizer } from '../../../src/llm/tokenizer/index.ts';

const names = ['llama-spm', 'gpt-2', 'starcoder', 'deepseek-llm', 'bert-bge'] as const;

const path = (name: string, ending = ''): string =>
  sharedPath(`vectors/gguf-vocab/ggml-vocab-${name}.gguf${ending}`);

const loaded = new Map<string, Tokenizer>();

function load(name: string): Tokenizer {
  const tokenizer =
    loaded.get(name) ?? createTokenizer(readGgufTokenizer(readGguf(readFileSync(path(name))).metadata));
  loaded.set(name, tokenizer);
  return tokenizer;
}

function cases(name: string): { text: string; tokens: number[] }[] {
  const texts = readFileSync(path(name, '.inp'), 'utf8').split('\n__ggml_vocab_test__\n');
  const lines = readFileSync(path(name, '.out'), 'utf8').split('\n');
  assert.equal(texts.length, lines.length);
  return texts.map((text, i) => ({
    text,
    tokens: (lines[i] as string).split(' ').filter(Boolean).map(Number),
  }));
}

describe('published vocabularies', need('shared'), () => {
  for (const name of names) {
    test(`${name}: every case of llama.cpp's`, () => {
      const tokenizer = load(name);
      for (const { text, tokens } of cases(name))
        assert.deepEqual(
          tokenizer.encode(text, { special: false, whole: false }),
          tokens,
          JSON.stringify(text),
        );
    });

    // WordPiece drops spaces and accents.
    if (name === 'bert-bge') continue;

    test(`${name}: bytes of the tokens are the text's`, () => {
      const tokenizer = load(name);
      for (const { text, tokens } of cases(name)) {
        const bytes = tokens.flatMap((token) => [...tokenizer.bytes(token)]);
        const prefix: string = name === 'llama-spm' && text !== '' ? ' ' : '';
        assert.equal(fromUtf8(Uint8Array.from(bytes)), prefix + text);
      }
    });
  }

  test('tokens around a prompt, and those that end an answer', () => {
    const expected = {
      'llama-spm': [[1, 15043], [2]],
      'gpt-2': [[15496], [50256]],
      starcoder: [[8302], [0]],
      'deepseek-llm': [[100000, 17464], [100001]],
      'bert-bge': [[101, 7592, 102], []],
    };
    for (const name of names) {
      const tokenizer = load(name);
      assert.deepEqual(
        [tokenizer.encode('Hello', { special: true, whole: true }), [...tokenizer.ends]],
        expected[name],
        name,
      );
    }
  });

  test('special tokens in a text: parsed where asked for, text elsewhere, and never doubled', () => {
    const tokenizer = load('llama-spm');
    const encode = (special: boolean) => tokenizer.encode('<s>a</s>b', { special, whole: true });
    assert.deepEqual(encode(true), [1, 263, 2, 289]);
    const asText = encode(false);
    assert.equal(asText[0], 1);
    assert.ok(!asText.slice(1).some((token) => tokenizer.control(token)));
    assert.equal(
      new TextDecoder().decode(Uint8Array.from(asText.flatMap((token) => [...tokenizer.bytes(token)]))),
      ' <s>a</s>b',
    );
  });

  test('a megabyte of one letter, and of white space, takes about a second', () => {
    for (const name of ['llama-spm', 'gpt-2', 'bert-bge']) {
      const tokenizer = load(name);
      for (const text of ['a'.repeat(2 ** 20), `${' '.repeat(2 ** 20)}x`]) {
        const before = process.cpuUsage();
        tokenizer.encode(text, { special: true, whole: true });
        const { user } = process.cpuUsage(before);
        assert.ok(
          user < 6e6,
          `${name}: ${user / 1e6} s for ${utf8(text).length} bytes of ${JSON.stringify(text.slice(0, 2))}`,
        );
      }
    }
  });
});
