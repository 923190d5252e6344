import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { concatBytes, createSha256, sha256, taggedDigest, toHex, utf8 } from '@isobit/core';
import { forAll } from '@isobit/testing';
import { sha256 as noble } from '@noble/hashes/sha2.js';
import fc from 'fast-check';

const bytes = fc.uint8Array({ maxLength: 200 });

test('sha256 is the same here, in Node and in a browser', () =>
  forAll([bytes], (value) => {
    assert.deepEqual(sha256(value), noble(value));
    assert.equal(toHex(sha256(value)), createHash('sha256').update(value).digest('hex'));
  }));

test('a stream gives the digest of its whole', () =>
  forAll([fc.array(bytes, { maxLength: 5 })], (parts) => {
    const hasher = createSha256();
    for (const part of parts) hasher.update(part);
    assert.deepEqual(hasher.digest(), sha256(concatBytes(...parts)));
  }));

test('tag, salt and bytes each change a digest, and a zero byte ends the tag', () => {
  const salt = new Uint8Array(32);
  const digests = [
    taggedDigest('isobit/a/1', salt, utf8('x')),
    taggedDigest('isobit/b/1', salt, utf8('x')),
    taggedDigest('isobit/a/1', salt.with(0, 1), utf8('x')),
    taggedDigest('isobit/a/1', salt, utf8('y')),
    taggedDigest('isobit/a/1', new Uint8Array(0), utf8('x')),
  ].map(toHex);
  assert.equal(new Set(digests).size, digests.length);
  assert.equal(digests[0], toHex(sha256(concatBytes(utf8('isobit/a/1\0'), salt, utf8('x')))));
});
