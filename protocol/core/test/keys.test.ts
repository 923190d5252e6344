import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressBytes,
  addressOf,
  derivedSeed,
  fromHex,
  isAddress,
  isCoded,
  nodeKey,
  noteKey,
  recoverAddress,
  recoverPublicKey,
  sha256,
  toHex,
  utf8,
  verifyEd25519,
} from '@isobit/core';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';

const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(sha256);
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const runs = propertyRuns(20);
const keyInvalid = (error: unknown) => isCoded(error, 'KEY_INVALID');

test('the key of a known secret has its known address', () => {
  const key = nodeKey(fromHex('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'));
  assert.equal(key.address, '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266');
  assert.equal(addressOf(key.publicKey), key.address);
  assert.equal(toHex(addressBytes(key.address)), key.address.slice(2));
});

test('a signature recovers to its key, and is the same every time', () =>
  forAll(
    [secret, digest],
    (bytes, message) => {
      const key = nodeKey(bytes);
      const signature = key.sign(message);
      assert.equal(signature.length, 65);
      assert.deepEqual(recoverPublicKey(message, signature), key.publicKey);
      assert.equal(recoverAddress(message, signature), key.address);
      assert.deepEqual(key.sign(message), signature);
    },
    runs,
  ));

test('any change of signature or digest recovers to another key or none', () =>
  forAll(
    [secret, digest, fc.nat(64), fc.nat(31), fc.integer({ min: 1, max: 255 })],
    (bytes, message, at, where, mask) => {
      const key = nodeKey(bytes);
      const signature = key.sign(message);
      const changed = signature.with(at, (signature[at] as number) ^ mask);
      assert.notEqual(recoverAddress(message, changed), key.address);
      const other = message.with(where, (message[where] as number) ^ mask);
      assert.notEqual(recoverAddress(other, signature), key.address);
    },
    runs,
  ));

test('what has the wrong form recovers to nothing', () =>
  forAll([digest, fc.uint8Array({ maxLength: 70 })], (message, signature) => {
    if (signature.length === 65) return;
    assert.equal(recoverPublicKey(message, signature), undefined);
    assert.equal(recoverAddress(message, signature), undefined);
  }));

test('a secret outside the group is refused', () => {
  for (const bytes of [new Uint8Array(32), new Uint8Array(32).fill(255), new Uint8Array(31).fill(1)]) {
    assert.throws(() => nodeKey(bytes), keyInvalid);
  }
  assert.notEqual(nodeKey().address, nodeKey().address);
});

test('what is no public key has no address', () => {
  for (const bytes of [
    new Uint8Array(0),
    new Uint8Array(33),
    new Uint8Array(33).fill(2),
    new Uint8Array(65).fill(4),
  ]) {
    if (bytes[0] === 2) bytes.fill(255, 1);
    assert.throws(() => addressOf(bytes), keyInvalid);
  }
});

test('an address has one spelling', () => {
  assert.ok(isAddress(`0x${'ab'.repeat(20)}`));
  for (const value of [
    `0x${'AB'.repeat(20)}`,
    'ab'.repeat(21),
    `0x${'ab'.repeat(19)}`,
    `0x${'ab'.repeat(20)}\n`,
    0,
    null,
  ]) {
    assert.ok(!isAddress(value));
  }
});

test('an Ed25519 signature holds for its message and key alone', () => {
  const key = noteKey(new Uint8Array(32).fill(7));
  const signature = key.sign(utf8('a message'));
  assert.ok(verifyEd25519(key.publicKey, utf8('a message'), signature));
  assert.ok(!verifyEd25519(key.publicKey, utf8('another'), signature));
  assert.ok(!verifyEd25519(noteKey(new Uint8Array(32)).publicKey, utf8('a message'), signature));
  for (let at = 0; at < 64; at += 9) {
    assert.ok(
      !verifyEd25519(key.publicKey, utf8('a message'), signature.with(at, (signature[at] as number) ^ 1)),
    );
  }
  assert.ok(!verifyEd25519(key.publicKey.slice(1), utf8('a message'), signature));
  assert.ok(!verifyEd25519(key.publicKey, utf8('a message'), signature.slice(1)));
  assert.throws(() => noteKey(new Uint8Array(31)), keyInvalid);
});

test('an Ed25519 key of small order, under which one signature holds for any message, is refused', () => {
  const identity = fromHex('01'.padEnd(64, '0'));
  assert.ok(!verifyEd25519(identity, utf8('anything'), fromHex(`01${'0'.repeat(126)}`)));
});

test('seeds of one node key differ by purpose and by key', () => {
  const seeds = [nodeKey(new Uint8Array(32).fill(1)), nodeKey(new Uint8Array(32).fill(2))].flatMap((key) => [
    toHex(derivedSeed(key, 'log')),
    toHex(derivedSeed(key, 'witness')),
  ]);
  assert.equal(new Set(seeds).size, 4);
});
