import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, isSignatureHex, nodeKey, recoverStatement, signStatement, toHex } from '@isobit/core';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';

const key = nodeKey(new Uint8Array(32).fill(9));
const digest = new Uint8Array(32).fill(1);
const signature = signStatement(key, 'thing/1', digest);

test('a statement recovers to its key', () => {
  assert.equal(recoverStatement('thing/1', digest, signature), key.address);
});

test('another kind or digest recovers to another key', () => {
  assert.notEqual(recoverStatement('thing/2', digest, signature), key.address);
  assert.notEqual(recoverStatement('thing/1', new Uint8Array(32), signature), key.address);
});

test('any changed byte of a signature breaks it', () =>
  forAll(
    [fc.nat(64), fc.integer({ min: 1, max: 255 })],
    (at, mask) => {
      const bytes = fromHex(signature);
      bytes[at] = (bytes[at] as number) ^ mask;
      assert.notEqual(recoverStatement('thing/1', digest, toHex(bytes)), key.address);
    },
    propertyRuns(40),
  ));

test('a signature has one spelling', () => {
  assert.ok(isSignatureHex(signature));
  for (const text of [
    '',
    signature.toUpperCase(),
    `0x${signature.slice(2)}`,
    signature.slice(2),
    `${signature}00`,
    `${signature.slice(1)}\n`,
  ]) {
    assert.ok(!isSignatureHex(text));
    assert.equal(recoverStatement('thing/1', digest, text), undefined);
  }
  assert.ok(!isSignatureHex(null));
});
