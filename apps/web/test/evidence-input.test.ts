import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { fromAddress } from '../src/evidence-input.ts';

const digest = 'ab'.repeat(32);

test('an address names a receipt of its node, or carries evidence, or neither', () => {
  assert.deepEqual(fromAddress(new URL(`http://127.0.0.1:4620/r/${digest}`)), {
    kind: 'node',
    baseUrl: 'http://127.0.0.1:4620',
    digest,
  });
  assert.deepEqual(fromAddress(new URL(`http://a.example/r/${digest}#e=AA`)), {
    kind: 'fragment',
    text: 'e=AA',
  });
  assert.deepEqual(fromAddress(new URL('file:///tmp/page.html#e=AA')), { kind: 'fragment', text: 'e=AA' });
  assert.equal(fromAddress(new URL('http://127.0.0.1:4620/')), undefined);
  assert.equal(fromAddress(new URL(`http://127.0.0.1:4620/r/${digest}/more`)), undefined);
  assert.equal(fromAddress(new URL(`file:///r/${digest}`)), undefined);
});

test('a path after /r/ that is no digest is refused', () => {
  for (const path of ['x', digest.toUpperCase(), `${digest}0`, '%2e%2f']) {
    assert.throws(
      () => fromAddress(new URL(`http://127.0.0.1/r/${path}`)),
      (error) => isCoded(error, 'PASTE_UNKNOWN'),
      path,
    );
  }
});
