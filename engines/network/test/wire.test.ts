import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, isCoded } from '@isobit/core';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { ByteBudget } from '../src/wire/byte-budget.ts';
import { ByteQueue } from '../src/wire/byte-queue.ts';
import { frameHead, frameLength } from '../src/wire/frame.ts';
import { TokenBucket, TokenBuckets } from '../src/wire/token-bucket.ts';

test("a frame's length reads back, and one above the limit is refused before anything is kept", async () => {
  await forAll(
    [fc.integer({ min: 0, max: 2 ** 32 - 1 })],
    (length) => frameLength(frameHead(length), length) === length,
  );
  await forAll([fc.integer({ min: 1, max: 2 ** 32 - 1 })], (length) => {
    assert.throws(
      () => frameLength(frameHead(length), length - 1),
      (error) => isCoded(error, 'FRAME_TOO_LONG'),
    );
  });
});

test('a byte queue gives back what it was given, however it is cut', async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 });
  await forAll([chunks, fc.array(fc.nat(30), { minLength: 1 })], (given, takes) => {
    const queue = new ByteQueue();
    for (const chunk of given) queue.push(chunk);
    const whole = concatBytes(...given);
    let at = 0;
    for (const size of takes) {
      const target = new Uint8Array(size);
      const taken = queue.take(target);
      assert.equal(taken, Math.min(size, whole.length - at));
      assert.deepEqual([...target.subarray(0, taken)], [...whole.subarray(at, at + taken)]);
      at += taken;
      assert.equal(queue.length, whole.length - at);
    }
  });
});

test('a token bucket allows a burst and then its rate', () => {
  const bucket = new TokenBucket(3, 2, 0);
  assert.deepEqual(
    [0, 0, 0, 0].map((now) => bucket.take(now)),
    [true, true, true, false],
  );
  assert.equal(bucket.take(499), false);
  assert.equal(bucket.take(500), true);
  assert.equal(bucket.take(400), false, 'a clock that runs back gives nothing');
  assert.equal(bucket.isFull(10_000), true);
});

test('busy peers do not use up the allowance of quiet ones, nor memory', () => {
  const buckets = new TokenBuckets(1, 1, 2);
  assert.equal(buckets.take('a', 0), true);
  assert.equal(buckets.take('a', 0), false);
  assert.equal(buckets.take('b', 0), true);
  assert.equal(buckets.take('c', 0), false, 'no room for a third');
  assert.equal(buckets.take('c', 2_000), true, 'the others are quiet by now');
});

test('memory for frames is bounded in all and for each peer, and comes back once', () => {
  const budget = new ByteBudget({ total: 100, perPeer: 60 });
  const free = budget.reserve(60, 'a');
  assert.ok(free);
  assert.equal(budget.reserve(1, 'a'), undefined, "a peer's part");
  assert.equal(budget.reserve(41, 'b'), undefined, 'the whole');
  assert.ok(budget.reserve(40, 'b'));
  free();
  free();
  assert.equal(budget.used, 40);
  assert.ok(budget.reserve(60, 'a'));
});
