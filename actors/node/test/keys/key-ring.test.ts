import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { limits } from '@isobit/core';
import type { StoredAccessKey } from '@isobit/store';
import { waitFor } from '@isobit/testing';
import { type KeyRing, openKeyRing } from '../../src/keys/key-ring.ts';
import { keysInMemory } from './keys-in-memory.ts';

const DAY = 86_400_000;

/** A ring whose clocks the test moves. */
async function ringOf(kept = new Map<string, StoredAccessKey>(), time = { now: 10 * DAY }) {
  const ring = await openKeyRing({
    keys: keysInMemory(kept),
    report: () => {},
    now: () => time.now,
    clock: () => time.now,
  });
  return { ring, kept, time };
}

const allowance = (ring: KeyRing, secret: string) => {
  const shown = ring.find(secret);
  if (!shown) throw new Error('no such key');
  return shown.allowance;
};

test('only the hash of a key is kept, and the key has 256 random bits', async () => {
  const { ring, kept } = await ringOf();
  const { secret, listed } = await ring.create({ name: 'a' });
  assert.match(secret, /^sk-isobit-[A-Za-z0-9_-]{43}$/);
  assert.equal(kept.get('a')?.digest, createHash('sha256').update(secret).digest('hex'));
  assert.ok(!JSON.stringify([...kept.values(), listed, ring.list()]).includes(secret.slice(10)));
  assert.notEqual((await ring.create({ name: 'b' })).secret, secret);
  assert.deepEqual(ring.list(), [
    { name: 'a', created: 10 * DAY, tokensToday: 0 },
    { name: 'b', created: 10 * DAY, tokensToday: 0 },
  ]);
  assert.equal(ring.find('sk-isobit-'), undefined);
});

test('questions of a minute are counted, each for sixty seconds', async () => {
  const { ring, time } = await ringOf();
  const { secret } = await ring.create({ name: 'a', requestsPerMinute: 2 });
  const key = allowance(ring, secret);
  key.admit('m');
  time.now += 20_000;
  key.admit('m');
  assert.throws(() => key.admit('m'), {
    code: 'KEY_RATE',
    details: { retryAfterMs: 40_000 },
  });
  time.now += 40_000;
  key.admit('m');
  assert.throws(() => key.admit('m'), { code: 'KEY_RATE' });
});

test('tokens are counted by the day, and what was spent survives a restart', async () => {
  const { ring, kept, time } = await ringOf();
  const { secret } = await ring.create({ name: 'a', tokensPerDay: 10 });
  time.now += 3_600_000;
  allowance(ring, secret).spend(9);
  allowance(ring, secret).admit('m');
  allowance(ring, secret).spend(3);
  await waitFor(() => kept.get('a')?.spent.tokens === 12, { what: 'the count to be kept' });
  const { ring: again } = await ringOf(kept, time);
  assert.throws(() => allowance(again, secret).admit('m'), {
    code: 'KEY_TOKENS',
    details: { retryAfterMs: DAY - 3_600_000 },
  });
  assert.equal(again.list()[0]?.tokensToday, 12);
  time.now += DAY - 3_600_000;
  allowance(again, secret).admit('m');
  assert.equal(again.list()[0]?.tokensToday, 0);
});

test('all that was spent is kept when the ring is disposed of', async () => {
  const { ring, kept } = await ringOf();
  const { secret } = await ring.create({ name: 'a', tokensPerDay: 1_000_000 });
  for (let i = 0; i < 100; i++) allowance(ring, secret).spend(1);
  await ring[Symbol.asyncDispose]();
  assert.equal(kept.get('a')?.spent.tokens, 100);
});

test('a key for some models is for no other', async () => {
  const { ring } = await ringOf();
  const { secret } = await ring.create({ name: 'a', models: ['m'], requestsPerMinute: 1 });
  assert.throws(() => allowance(ring, secret).admit('n'), { code: 'KEY_MODEL' });
  // What was refused did not count.
  allowance(ring, secret).admit('m');
});

test('a key that was made anew owes nothing of the old one, whose questions still end', async () => {
  const { ring, kept } = await ringOf();
  const old = allowance(ring, (await ring.create({ name: 'a', tokensPerDay: 5 })).secret);
  await ring.remove('a');
  const { secret } = await ring.create({ name: 'a', tokensPerDay: 5 });
  old.spend(9);
  await ring[Symbol.asyncDispose]();
  assert.equal(kept.get('a')?.spent.tokens, 0);
  allowance(ring, secret).admit('m');
  await assert.rejects(ring.remove('nobody'), { code: 'KEY_UNKNOWN' });
});

test('there are no more keys than each request can be compared with', async () => {
  const full = Array.from({ length: limits.accessKeys }, (_, at): [string, StoredAccessKey] => {
    const digest = at.toString(16).padStart(64, '0');
    return [`k${at}`, { name: `k${at}`, digest, created: 0, spent: { day: 0, tokens: 0 } }];
  });
  const { ring } = await ringOf(new Map(full));
  await assert.rejects(ring.create({ name: 'more' }), { code: 'KEYS_FULL' });
});
