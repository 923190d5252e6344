import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll, propertyRuns } from '@isobit/testing';
import fc from 'fast-check';
import { RecentTimes } from '../../src/keys/recent-times.ts';

test('as many as may be, and one more when the oldest is past', () => {
  const times = new RecentTimes(2, 1_000);
  times.add(0);
  assert.equal(times.waitMs(400), 0);
  times.add(400);
  assert.equal(times.waitMs(500), 500);
  assert.equal(times.waitMs(999), 1);
  assert.equal(times.waitMs(1_000), 0);
  times.add(1_000);
  assert.equal(times.waitMs(1_000), 400);
});

test('no window holds more than may be, whenever they come', () =>
  forAll(
    [fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(30), { maxLength: 3_000 })],
    (most, gaps) => {
      const times = new RecentTimes(most, 100);
      const let_in: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        if (times.waitMs(now) > 0) continue;
        times.add(now);
        let_in.push(now);
      }
      for (const [at, time] of let_in.entries())
        assert.ok((let_in[at + most] ?? Number.POSITIVE_INFINITY) - time >= 100);
    },
    propertyRuns(30),
  ));
