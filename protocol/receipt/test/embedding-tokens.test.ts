import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { createResponse, embeddingTokens, type Tensor } from '../src/index.ts';

const rows: Tensor = { name: 'embedding', datatype: 'FP32', shape: [1, 1], data: new Uint8Array(4) };
const tokens = (counts: readonly bigint[], more: Partial<Tensor> = {}): Tensor => ({
  name: 'tokens',
  datatype: 'INT64',
  shape: [counts.length],
  data: new Uint8Array(BigInt64Array.from(counts).buffer),
  ...more,
});
const counted = (texts: number, ...outputs: Tensor[]) => embeddingTokens(createResponse(outputs), texts);

test('tokens of all texts are the sum', () =>
  forAll(
    [fc.array(fc.nat(2 ** 20), { minLength: 1, maxLength: 256 })],
    (counts) =>
      assert.equal(
        counted(counts.length, rows, tokens(counts.map(BigInt))),
        counts.reduce((sum, count) => sum + count, 0),
      ),
    propertyRuns(30),
  ));

test('a response that does not tell them, or not of these texts, tells nothing', () => {
  assert.equal(counted(2, rows, tokens([3n, 4n])), 7);
  assert.equal(counted(1, rows), undefined);
  assert.equal(counted(1, rows, tokens([3n, 4n])), undefined);
  assert.equal(counted(1, rows, tokens([3n], { name: 'token' })), undefined);
  assert.equal(counted(1, rows, tokens([3n], { datatype: 'UINT64' })), undefined);
  assert.equal(counted(1, rows, tokens([3n], { shape: [1, 1] })), undefined);
});

test('numbers that no text has tell nothing', () => {
  assert.equal(counted(1, rows, tokens([-1n])), undefined);
  assert.equal(counted(1, rows, tokens([2n ** 53n])), undefined);
  assert.equal(counted(2, rows, tokens([2n ** 53n - 1n, 1n])), undefined);
});
