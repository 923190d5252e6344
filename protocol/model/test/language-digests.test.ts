import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, sha256, toHex, utf8 } from '@isobit/core';
import { chatTemplateDigest, type GgufValue, ggufTokenizerDigest } from '@isobit/model';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';

const scalar = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const member = fc.tuple(
  fc.stringMatching(/^[a-z_]{1,8}$/).map((name) => `tokenizer.ggml.${name}`),
  fc.oneof(scalar, fc.array(scalar, { maxLength: 5 })),
);
type Member = [string, GgufValue];
const members = fc.uniqueArray(member, { minLength: 1, maxLength: 6, selector: ([key]) => key });
const others: readonly Member[] = [
  ['general.name', 'x'],
  ['tokenizer.chat_template', '{{ x }}'],
];

test('the order of a file and its other members are nothing to the tokenizer', () =>
  forAll([members, fc.nat()], (own, n) => {
    const at = n % own.length;
    const turned = [...own.slice(at), ...others, ...own.slice(0, at)];
    assert.equal(ggufTokenizerDigest(turned), ggufTokenizerDigest(own));
  }));

test('a change of any member is another tokenizer', () =>
  forAll([members, fc.nat()], (own, n) => {
    const at = n % own.length;
    const wrapped = own.map(([key, value], i): Member => [key, i === at ? [String(value), 'more'] : value]);
    assert.notEqual(ggufTokenizerDigest(wrapped), ggufTokenizerDigest(own));
    assert.notEqual(ggufTokenizerDigest(own.toSpliced(at, 1)), ggufTokenizerDigest(own));
  }));

test('numbers keep what they are', () => {
  const digest = (value: GgufValue) => ggufTokenizerDigest([['tokenizer.ggml.x', value]]);
  const values: GgufValue[] = [1n, 1, true, '1', [1n], [1], 2n ** 53n, 2n ** 53n + 1n, 0, -0, 0n];
  assert.equal(new Set(values.map(digest)).size, values.length);
  assert.equal(digest(Math.fround(0.1)), digest(0.10000000149011612));
});

test('a file without a tokenizer has no digest of one, and one whose texts are none is refused', () => {
  assert.equal(ggufTokenizerDigest([]), undefined);
  assert.equal(ggufTokenizerDigest(others), undefined);
  assert.throws(
    () => ggufTokenizerDigest([['tokenizer.ggml.tokens', ['\ud800']]]),
    (error) => isCoded(error, 'CANONICAL_INVALID'),
  );
});

test('a chat template is digested as UTF-8', () => {
  assert.equal(chatTemplateDigest('né'), toHex(sha256(utf8('né'))));
  assert.notEqual(chatTemplateDigest('{{ x }}'), chatTemplateDigest('{{ x }} '));
});
