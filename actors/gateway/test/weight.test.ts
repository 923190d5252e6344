import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { weightOf } from '../src/weight.ts';

test('strings and names count by their length, everything else by the piece', () => {
  assert.equal(weightOf('x'.repeat(1_000_000)), 1_000_000);
  assert.equal(weightOf({ text: 'abc', tokens: [1, 2] }), 8 + 4 + 3 + 6 + 8 + 16);
  assert.equal(weightOf(undefined), weightOf(null));
});

test('nothing weighs much less than it is long as JSON', async () => {
  await forAll([fc.jsonValue()], (value) => {
    // What JSON adds: quotes, commas and colons, escapes of six characters, digits.
    assert.ok(JSON.stringify(value).length <= 8 * weightOf(value) + 2);
  });
});
