import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, isCoded, utf8 } from '@isobit/core';
import { nameRecordKind, ownerIsKey, parseRef } from '@isobit/model';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { alice, record } from './samples.ts';

const id = cidOf(utf8('[]'));
const edge = fc.constantFrom(...'abcxyz0189');
const middle = fc.string({ unit: fc.constantFrom(...'ab9._-'), maxLength: 10 });
const label = fc.tuple(edge, middle, edge).map((parts) => parts.join(''));

test('an id is an id', () => {
  assert.deepEqual(parseRef(id), { kind: 'id', id });
});

test('a name with or without owner and version', () =>
  forAll(
    [
      fc.option(fc.oneof(label, fc.constant(alice.address)), { nil: undefined }),
      label,
      fc.option(label, { nil: undefined }),
    ],
    (owner, name, version) => {
      const text = `${owner ? `${owner}/` : ''}${name}${version ? `:${version}` : ''}`;
      assert.deepEqual(parseRef(text), {
        kind: 'name',
        name,
        ...(owner ? { owner } : {}),
        ...(version ? { version } : {}),
      });
    },
  ));

test('every name that a record can have can be referred to, and no other', () =>
  forAll(
    [fc.string({ unit: fc.constantFrom(...'ab.-_A/: '), maxLength: 5 })],
    (name) => {
      let named: boolean;
      try {
        nameRecordKind.parse({ ...record, name, version: name });
        named = true;
      } catch {
        named = false;
      }
      let referred: boolean;
      try {
        parseRef(`alice/${name}:${name}`);
        referred = true;
      } catch (error) {
        assert.ok(isCoded(error, 'REF_INVALID'));
        referred = false;
      }
      assert.equal(referred, named);
    },
    500,
  ));

test('an owner is a key or a petname', () => {
  assert.ok(ownerIsKey(alice.address));
  assert.ok(!ownerIsKey('alice') && !ownerIsKey(alice.address.toUpperCase()));
});

test('anything else is refused, quickly and quoted in short', () => {
  for (const text of [
    '',
    'A',
    'a:',
    '/a',
    'a/b/c',
    ' a',
    'a\n',
    '../a',
    'a-',
    `a/${'b'.repeat(65)}`,
    'z'.repeat(1_000_000),
    '\u001b[2J',
  ]) {
    assert.throws(
      () => parseRef(text),
      (error) =>
        isCoded(error, 'REF_INVALID') && error.message.length < 300 && !error.message.includes('\u001b'),
    );
  }
});
