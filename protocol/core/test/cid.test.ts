import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cidOf, cidOfDigest, digestOfCid, isCid, isCoded, sha256 } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

test('an id holds its digest', () =>
  forAll([digest], (value) => {
    const id = cidOfDigest(value);
    assert.match(id, /^bagaaiera[a-z2-7]{52}$/);
    assert.deepEqual(digestOfCid(id), value);
  }));

test('the id of bytes holds their sha-256', () => {
  assert.deepEqual(digestOfCid(cidOf(Uint8Array.of(1, 2))), sha256(Uint8Array.of(1, 2)));
});

test('any other character is no id or the id of another digest', () =>
  forAll([digest, fc.nat(60), fc.constantFrom(...ALPHABET)], (value, at, character) => {
    const id = cidOfDigest(value);
    const changed = id.slice(0, at) + character + id.slice(at + 1);
    if (changed === id || !isCid(changed)) return;
    assert.notDeepEqual(digestOfCid(changed), value);
    assert.equal(cidOfDigest(digestOfCid(changed)), changed);
  }));

test('a text of any other form is refused by code, quoted in short', () => {
  for (const text of [
    '',
    'digits',
    'QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG',
    'b'.repeat(61),
    '\u001b[2J'.repeat(90),
  ]) {
    assert.ok(!isCid(text));
    assert.throws(
      () => digestOfCid(text),
      (error) =>
        isCoded(error, 'CID_INVALID') && error.message.length < 600 && !error.message.includes('\u001b'),
    );
  }
});

test('a long text in a base that is slow to decode is refused at once', () => {
  const started = performance.now();
  for (const prefix of ['z', 'k', 'b', 'Qm', 'f']) assert.ok(!isCid(prefix + '2'.repeat(1_000_000)));
  assert.ok(performance.now() - started < 500);
});
