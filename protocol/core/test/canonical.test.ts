import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Canonical,
  canonicalText,
  decodeCanonical,
  decodeJson,
  encodeCanonical,
  isCoded,
  limits,
  utf8,
} from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';

const wellFormed = fc.string({ unit: 'binary', maxLength: 12 });
const integer = fc.maxSafeInteger().map((n) => n + 0);
const { value: canonical } = fc.letrec<{ value: Canonical }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    integer,
    wellFormed,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(wellFormed, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

const invalid = (why: RegExp) => (error: unknown) => {
  assert.ok(isCoded(error, 'CANONICAL_INVALID'));
  assert.match(error.message, why);
  assert.ok(error.message.length < 300);
  return true;
};
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test('what is encoded reads back as the same value and the same bytes', () =>
  forAll([canonical], (value) => {
    const bytes = encodeCanonical(value);
    const read = decodeCanonical(bytes);
    assert.deepEqual(encodeCanonical(read), bytes);
    assert.equal(canonicalText(JSON.parse(JSON.stringify(value))), canonicalText(read));
  }));

test('any changed byte is refused or says another value', () =>
  forAll([canonical, fc.nat(), fc.integer({ min: 1, max: 255 })], (value, at, mask) => {
    const bytes = encodeCanonical(value);
    const changed = bytes.slice();
    changed[at % bytes.length] = (bytes[at % bytes.length] as number) ^ mask;
    try {
      assert.notEqual(canonicalText(decodeCanonical(changed)), canonicalText(value));
    } catch (error) {
      assert.ok(isCoded(error, 'CANONICAL_INVALID'), String(error));
    }
  }));

test('a lenient reader takes every spelling that says the same', () =>
  forAll([canonical, fc.constantFrom(0, 1, 4)], (value, indent) => {
    const spelled = ` ${JSON.stringify(value, undefined, indent)}\n`;
    assert.equal(canonicalText(decodeJson(utf8(spelled), limits.documentBytes)), canonicalText(value));
  }));

test('long strings are spelled as JSON has them, whatever they hold', () =>
  forAll([fc.string({ unit: 'binary', maxLength: 3 }), fc.nat(400)], (middle, at) => {
    const text = `${'QUJD+/8='.repeat(50).slice(0, at)}${middle}${'A'.repeat(300)}`;
    assert.equal(canonicalText(text), JSON.stringify(text));
  }));

test('a strict reader takes none of them', () =>
  forAll([canonical], (value) => {
    assert.throws(() => decodeCanonical(utf8(`${canonicalText(value)} `)), invalid(/spelled differently/));
  }));

test('members named like parts of every object are ordinary members', () => {
  const text = '{"__proto__":{"x":1},"constructor":1,"hasOwnProperty":2,"toString":3}';
  assert.equal(canonicalText(decodeCanonical(utf8(text))), text);
  assert.equal(canonicalText(decodeJson(utf8(text), 1_000)), text);
  assert.equal(({} as { x?: number }).x, undefined);
});

test('a member given twice is refused by both readers', () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"__proto__":1,"__proto__":1}}]',
    '{"a:":1,"a:":2}',
  ]) {
    assert.throws(() => decodeCanonical(utf8(text)), invalid(/spelled differently/));
    assert.throws(() => decodeJson(utf8(text), 1_000), invalid(/given twice/), text);
  }
});

test('values that no canonical document holds are refused when written', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  for (const [value, why] of [
    [0.5, /number 0.5/],
    [-0, /safe integer/],
    [Number.NaN, /NaN/],
    [2 ** 53, /safe integer/],
    ['\ud800', /lone surrogate/],
    [{ '\udc00': 1 }, /lone surrogate/],
    [1n, /bigint/],
    [() => 0, /function/],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    [[, 1], /undefined/],
    [[undefined], /undefined/],
    [new Date(0), /not plain/],
    [new Map(), /not plain/],
    [Uint8Array.of(1), /not plain/],
    [cycle, /deeper than 32/],
  ] as const) {
    assert.throws(() => encodeCanonical(value), invalid(why), String(why));
  }
});

test('an undefined member is left out', () => {
  assert.equal(canonicalText({ b: undefined, a: 1 }), '{"a":1}');
});

test('writer and reader agree on the deepest nesting', () => {
  assert.equal(
    canonicalText(decodeCanonical(utf8(nested(limits.documentDepth)))),
    nested(limits.documentDepth),
  );
  assert.throws(() => decodeCanonical(utf8(nested(limits.documentDepth + 1))), invalid(/deeper/));
  assert.throws(() => encodeCanonical(JSON.parse(nested(limits.documentDepth + 1))), invalid(/deeper/));
  const scalar = `${'['.repeat(limits.documentDepth)}1${']'.repeat(limits.documentDepth)}`;
  assert.equal(canonicalText(decodeCanonical(utf8(scalar))), scalar);
});

test('too many bytes or values are refused before anything is built', () => {
  assert.throws(() => decodeCanonical(new Uint8Array(limits.documentBytes + 1)), invalid(/at most 262144/));
  const ones = `[${'1,'.repeat(limits.documentValues)}1]`;
  assert.throws(() => decodeCanonical(utf8(`[${ones},1]`), 2 ** 24), invalid(/more than 400000 values/));
  assert.ok(decodeCanonical(utf8(ones), 2 ** 24));
});

test('hostile input costs time in proportion to its length', () => {
  const size = 4 * 2 ** 20;
  for (const text of [
    '['.repeat(size),
    '"'.repeat(size),
    `"${'\\'.repeat(size)}`,
    `"${'\\"'.repeat(size / 2)}`,
    '{"a":'.repeat(size / 5),
    ']'.repeat(size),
    `[${'1e999,'.repeat(300_000)}1]`,
  ]) {
    const started = performance.now();
    assert.throws(() => decodeCanonical(utf8(text), size * 2), invalid(/./));
    assert.throws(() => decodeJson(utf8(text), size * 2), invalid(/./));
    assert.ok(performance.now() - started < 5_000, text.slice(0, 10));
  }
});
