import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeKey, recoverAddress, sha256, utf8 } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { fastSigning } from '../src/fast-signing.ts';

test('the fast signature is the slow one, byte for byte, and recovers to the key', () =>
  forAll([fc.string(), fc.uint8Array({ minLength: 32, maxLength: 32 })], (name, digest) => {
    const slow = nodeKey(sha256(utf8(name)));
    const signature = fastSigning(slow).sign(digest);
    assert.deepEqual(signature, slow.sign(digest));
    assert.equal(recoverAddress(digest, signature), slow.address);
    assert.notEqual(recoverAddress(sha256(digest), signature), slow.address);
  }));
