import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';

test('plain text stays as it is, up to its length', () => {
  assert.equal(printable('a "name" with é and 😀'), 'a "name" with é and 😀');
  assert.equal(printable('abcdef', 3), 'abc…');
});

test('what moves a cursor or turns text around is escaped', () => {
  assert.equal(
    printable('\u001b[2J\n\u0085\u202e\u2028\ufeff'),
    '\\u{1b}[2J\\u{a}\\u{85}\\u{202e}\\u{2028}\\u{feff}',
  );
});

test('nothing of a stranger is long, unprintable or broken', () =>
  forAll([fc.string({ unit: 'binary' }), fc.nat(40)], (text, max) => {
    const shown = printable(text, max);
    assert.ok(shown.isWellFormed() && !/[\p{Cc}\p{Cf}]/u.test(shown));
    assert.ok(shown.length <= 10 * max + 1);
  }));
