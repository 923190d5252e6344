import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checksumAddress,
  fromHex,
  hashStruct,
  nodeKey,
  personalDigest,
  recoverPersonal,
  signPersonal,
  toHex,
  typedDataDigest,
} from '@isobit/core';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';

const key = nodeKey(new Uint8Array(32).fill(9));

test('a text recovers to its key, whatever it says', () =>
  forAll(
    [fc.string({ unit: 'grapheme', maxLength: 200 })],
    (text) => assert.equal(recoverPersonal(text, signPersonal(key, text)), key.address),
    propertyRuns(40),
  ));

test('any changed byte of text or signature breaks it', () =>
  forAll(
    [fc.nat(64), fc.integer({ min: 1, max: 255 })],
    (at, mask) => {
      const signature = signPersonal(key, 'model:a:b');
      const bytes = fromHex(signature.slice(2));
      bytes[at] = (bytes[at] as number) ^ mask;
      assert.notEqual(recoverPersonal('model:a:b', `0x${toHex(bytes)}`), key.address);
      assert.notEqual(recoverPersonal('model:a:c', signature), key.address);
    },
    propertyRuns(40),
  ));

test('a signature has one spelling', () => {
  const signature = signPersonal(key, 'x');
  for (const text of ['', '0x', signature.slice(2), signature.toUpperCase(), `${signature}00`])
    assert.equal(recoverPersonal('x', text), undefined);
});

test('the digest is that of the known example of web3, whose length counts bytes', () => {
  // web3.eth.accounts.hashMessage('Hello World'), of its documentation.
  assert.equal(
    toHex(personalDigest('Hello World')),
    'a1de988600a42c4b4ab089b619297c17d53cffae5d5120d82d8a92d0bb3b78f2',
  );
  assert.notEqual(toHex(personalDigest('é')), toHex(personalDigest('e')));
});

test('what is signed of a text is never what is signed of a struct', () => {
  const type = { name: 'Receipt', fields: [{ name: 'network', type: 'bytes32' as const }] };
  const struct = typedDataDigest(hashStruct(type, { network: new Uint8Array(32) }));
  const signature = `0x${toHex(key.sign(struct))}`;
  // Even the very bytes that a struct's digest is made of are another digest as a text.
  assert.notEqual(recoverPersonal(toHex(struct), signature), key.address);
});

test('addresses have the capitals of ERC-55', () => {
  for (const address of [
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  ])
    assert.equal(checksumAddress(address.toLowerCase()), address);
});
