import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { need, sharedPath } from '@isobit/testing';
import { readGguf } from '../../../src/llm/gguf/read-gguf.ts';
import { createDetokenizer, createTokenizer, readGgufTokenizer } from '../../../src/llm/tokenizer/index.ts';

const folder = sharedPath('models/stories260k');

test('a known answer of stories260K: to tokens, and streamed back', need('shared'), () => {
  const gguf = readGguf(readFileSync(`${folder}/stories260K-f32.gguf`));
  const tokenizer = createTokenizer(readGgufTokenizer(gguf.metadata));
  const { expected_stdout: text } = JSON.parse(readFileSync(`${folder}/stories260K-greedy.json`, 'utf8')) as {
    expected_stdout: string;
  };
  const [bos, ...tokens] = tokenizer.encode(text, { special: false, whole: true });
  assert.equal(bos, tokenizer.bos);
  assert.equal(tokens.length, 200, 'as many as the model drew');
  const detokenizer = createDetokenizer(tokenizer);
  const pieces = tokens.map((token) => detokenizer.push(token));
  assert.equal(pieces.join('') + detokenizer.end(), ` ${text}`);
});
