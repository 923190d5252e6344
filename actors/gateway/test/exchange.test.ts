import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, sha256, toHex } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { Exchange } from '../src/exchange.ts';

test('the hashes are those of all bytes, in whatever pieces they are sent', async () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  await forAll([bytes, fc.array(bytes, { maxLength: 5 })], (body, pieces) => {
    const exchange = new Exchange(body);
    for (const piece of pieces) exchange.add(piece);
    assert.equal(exchange.response, undefined, 'more may come');
    exchange.end();
    exchange.end();
    assert.equal(exchange.request, toHex(sha256(body)));
    assert.equal(exchange.response, toHex(sha256(concatBytes(...pieces))));
  });
});
