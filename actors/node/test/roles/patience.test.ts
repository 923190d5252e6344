import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { patienceMs } from '../../src/roles/gateway/patience.ts';

const asked = { unread: 100, wait: 0, deadlineMs: 600_000 };

test('a worker may be silent for many times as long as it was, and always for some seconds', () => {
  assert.equal(patienceMs({ firstMs: 2_000 }, asked), 16_000);
  assert.equal(patienceMs({ firstMs: 3 }, asked), 5_000);
});

test('for longer where it was never seen, or has a long text to read', () => {
  assert.equal(patienceMs({}, asked), 32_000);
  const long = { ...asked, unread: 30_000 };
  assert.equal(patienceMs({ firstMs: 300, characterMs: 0.5 }, long), 120_000);
  assert.equal(patienceMs({ firstMs: 300 }, long), 240_000, 'nobody knows how it reads');
  assert.equal(patienceMs({ firstMs: 300, characterMs: 9 }, asked), 5_000, 'a short one is no reading');
});

test('for longer where others wait before it', () => {
  assert.equal(patienceMs({ firstMs: 500, runMs: 4_000 }, { ...asked, wait: 2 }), 68_000);
});

test('never for more than half of the deadline, and for no less than some seconds', async () => {
  const ms = fc.double({ min: 0, max: 1e9, noNaN: true });
  const known = fc.record({ firstMs: ms, characterMs: ms, runMs: ms }, { requiredKeys: [] });
  const silence = fc.record({
    unread: fc.nat(1e7),
    wait: fc.double({ min: 0, max: 1e6, noNaN: true }),
    deadlineMs: fc.integer({ min: 1, max: 3_600_000 }),
  });
  await forAll([known, silence], (measured, given) => {
    const patience = patienceMs(measured, given);
    assert.ok(patience >= 5_000 && patience <= Math.max(5_000, given.deadlineMs / 2));
  });
});
