import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@isobit/core';
import { type Candidate, rankWorkers } from '@isobit/network';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { FORGOTTEN_MS, HALF_LIFE_MS } from '../../src/roles/gateway/pace.ts';
import { WorkerRecords } from '../../src/roles/gateway/worker-records.ts';

const SORT = 'model profile';
const answered = (firstMs: number) => ({ kind: 'answered', times: { firstMs, runMs: firstMs } }) as const;

function recordsAt() {
  const clock = { now: 0 };
  return { clock, records: new WorkerRecords(() => clock.now) };
}

test('what is measured fades, and is forgotten', () => {
  const { clock, records } = recordsAt();
  records.begin('a', SORT)(answered(800));
  assert.equal(records.measured('a', SORT).firstMs, 800);
  records.begin('a', SORT)(answered(400));
  assert.equal(records.measured('a', SORT).firstMs, 700);
  assert.equal(records.measured('a', 'another sort').firstMs, undefined);
  clock.now += HALF_LIFE_MS;
  assert.equal(records.measured('a', SORT).firstMs, 350);
  clock.now += FORGOTTEN_MS;
  assert.equal(records.measured('a', SORT).firstMs, undefined);
  records.begin('a', SORT)(answered(9));
  assert.equal(records.measured('a', SORT).firstMs, 9, 'nothing of what was forgotten comes back');
});

test('what is known of a worker that works does not fade, and is forgotten at once', () => {
  const { clock, records } = recordsAt();
  assert.deepEqual(records.known('a', SORT), {});
  records.begin('a', SORT)({ kind: 'answered', times: { firstMs: 800, runMs: 900, characterMs: 2 } });
  clock.now += FORGOTTEN_MS;
  assert.deepEqual(records.known('a', SORT), { firstMs: 800, runMs: 900, characterMs: 2 });
  clock.now += 1;
  assert.deepEqual(records.known('a', SORT), {});
});

test('a worker that fails rests, longer each time, and an answer ends it', () => {
  const { clock, records } = recordsAt();
  const rests = () => records.measured('a', SORT).isResting;
  const failed = { kind: 'failed', code: 'PEER_RESET' } as const;
  records.begin('a', SORT)(failed);
  assert.equal(rests(), true);
  clock.now += 1_000;
  assert.equal(rests(), false);
  records.begin('a', SORT)(failed);
  clock.now += 1_000;
  assert.equal(rests(), true);
  for (let i = 0; i < 2_000; i++) records.begin('a', SORT)(failed);
  clock.now += 60_000;
  assert.equal(rests(), false, 'never longer than a minute');
  records.begin('a', SORT)(failed);
  records.begin('a', SORT)(answered(1));
  assert.equal(rests(), false);
});

test('a busy worker is believed for ten seconds, and what was asked is not its fault', () => {
  const { clock, records } = recordsAt();
  records.begin('a', SORT)({ kind: 'busy', retryAfterMs: 3_600_000 });
  clock.now += 9_999;
  assert.equal(records.measured('a', SORT).isResting, true);
  clock.now += 1;
  assert.equal(records.measured('a', SORT).isResting, false);
  records.begin('a', SORT)({ kind: 'neither' });
  assert.equal(records.measured('a', SORT).isResting, false);
});

test('jobs under way are counted, and those of whom they are stay however many come', () => {
  const { records } = recordsAt();
  const end = records.begin('busy', SORT);
  for (let i = 0; i < limits.routedWorkers + 50; i++) records.begin(`${i}`, SORT)(answered(1));
  assert.equal(records.measured('busy', SORT).underWay, 1);
  assert.equal(records.list().length, limits.routedWorkers);
  end(answered(5));
  const found = records.list().find(({ node }) => node === 'busy');
  assert.deepEqual(found?.ended, { answered: 1, failed: 0, busy: 0, neither: 0 });
  assert.equal(found?.lastFirstMs, 5);
});

test('of workers that are always found slow none is left alone for ever', async () => {
  const workers = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 2, maxLength: 4 });
  const seeds = fc.infiniteStream(fc.nat(0xffffffff).map((n) => n.toString(16).padStart(64, '0')));
  await forAll(
    [workers, fc.integer({ min: 1_000, max: 5_000 }), seeds],
    (speeds, everyMs, random) => {
      const { clock, records } = recordsAt();
      const last = speeds.map(() => 0);
      const candidates = () =>
        speeds.map((_, n) => ({ ...candidate(n), measured: records.measured(`${n}`, SORT) }));
      // Where all are quick the seed has the say: it passes over one a hundred times in a row once in 10^12.
      const longest = FORGOTTEN_MS + 100 * everyMs;
      // Each job lasts as long as it lasts: nobody waits for the slow to begin the next.
      for (const until = 2 * longest; clock.now < until; clock.now += everyMs) {
        const seed = random.next().value as string;
        const [best] = rankWorkers(candidates(), { model: 'm', profile: 'p', seed });
        const n = Number.parseInt(best?.offer.node.slice(2) ?? '', 16);
        last[n] = clock.now;
        records.begin(`${n}`, SORT)(answered(speeds[n] as number));
      }
      assert.ok(
        last.every((at) => clock.now - at <= longest),
        `asked last at ${last}, now ${clock.now}`,
      );
    },
    20,
  );
});

const candidate = (n: number): Candidate => ({
  offer: {
    node: `0x${n.toString(16).padStart(40, '0')}`,
    models: [{ id: 'm', profiles: ['p'], price: '0' }],
    load: { running: 0, queued: 0, capacity: 1 },
  } as unknown as Candidate['offer'],
  latencyMs: 0,
});
