import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, noteKey, toHex, verifyEd25519 } from '@isobit/core';
import { ed25519 } from '@noble/curves/ed25519.js';

test('a note key signs as RFC 8032 section 7.1, test 2', () => {
  const key = noteKey(fromHex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'));
  assert.equal(toHex(key.publicKey), '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
  const signature = key.sign(Uint8Array.of(0x72));
  assert.equal(
    toHex(signature),
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  );
  assert.equal(verifyEd25519(key.publicKey, Uint8Array.of(0x72), signature), true);
  assert.equal(verifyEd25519(key.publicKey, Uint8Array.of(0x73), signature), false);
});

test("the runtime's own signing gives the bytes that a browser would", () => {
  for (let i = 0; i < 20; i++) {
    const seed = new Uint8Array(32).fill(i);
    const message = new Uint8Array(i * 7).fill(i);
    assert.deepEqual(noteKey(seed).sign(message), ed25519.sign(message, seed));
  }
});
