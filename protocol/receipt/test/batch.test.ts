import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded, limits } from '@isobit/core';
import { isSignedByWorker, type Receipt, receiptKind, signBatch } from '@isobit/receipt';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { body, worker } from './vectors/receipt.ts';

const bodies = (count: number) => Array.from({ length: count }, (_, i) => ({ ...body, time: i }));
const withBatch = (receipt: Receipt, changes: object): Receipt =>
  ({
    ...receipt,
    signature: { ...receipt.signature, batch: { ...receipt.signature.batch, ...changes } },
  }) as Receipt;

test('every receipt of a batch verifies at its own index and at no other', () =>
  forAll(
    [fc.integer({ min: 2, max: 9 })],
    (count) => {
      for (const receipt of signBatch(bodies(count), worker)) {
        assert.deepEqual(receiptKind.decode(receiptKind.encode(receipt)), receipt);
        for (let index = 0; index <= count; index++) {
          assert.equal(
            isSignedByWorker(withBatch(receipt, { index })),
            index === receipt.signature.batch?.index,
          );
        }
      }
    },
    propertyRuns(4),
  ));

test('the path of one receipt does not serve another', () => {
  const receipts = signBatch(bodies(5), worker);
  for (const a of receipts) {
    for (const b of receipts) assert.equal(isSignedByWorker({ ...a, signature: b.signature }), a === b);
  }
});

test('another size or path breaks the signature', () => {
  const [receipt] = signBatch(bodies(5), worker) as [Receipt];
  const path = receipt.signature.batch?.path ?? [];
  for (const changes of [
    { size: 4 },
    { size: 6 },
    { size: 8 },
    { path: path.slice(1) },
    { path: [...path, path[0]] },
    { path: path.toReversed() },
  ]) {
    assert.ok(!isSignedByWorker(withBatch(receipt, changes)), JSON.stringify(changes).slice(0, 60));
  }
});

test('one receipt is signed by itself', () => {
  const [receipt] = signBatch(bodies(1), worker) as [Receipt];
  assert.equal(receipt.signature.batch, undefined);
  assert.ok(isSignedByWorker(receipt));
});

test('the largest batch verifies at both ends; a larger one and none are refused', () => {
  const receipts = signBatch(bodies(limits.batchReceipts), worker);
  for (const at of [0, -1]) assert.ok(isSignedByWorker(receiptKind.parse(receipts.at(at))));
  for (const count of [0, limits.batchReceipts + 1]) {
    assert.throws(
      () => signBatch(bodies(count), worker),
      (error) => isCoded(error, 'BATCH_INVALID'),
    );
  }
});
