import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentAnswers } from '../src/recent-answers.ts';

const answer = (digest: string, bytes = 10, id = `id-${digest}`) => ({
  asker: 'me',
  id,
  digest,
  size: bytes,
  evidence: () => new Uint8Array(bytes),
});

function recentOf(options: Partial<ConstructorParameters<typeof RecentAnswers>[0]> = {}) {
  let now = 0;
  const recent = new RecentAnswers({ most: 2, maxBytes: 100, maxMs: 1_000, clock: () => now, ...options });
  return {
    recent,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('an answer is found by digest and by id, the newest of an id first', () => {
  const { recent } = recentOf();
  recent.add(answer('a', 10, 'same'));
  recent.add(answer('b', 20, 'same'));
  assert.equal(recent.get('same')?.digest, 'b');
  assert.equal(recent.get('a')?.evidence().length, 10);
  assert.equal(recent.get('c'), undefined);
});

test('the oldest goes when there are too many, or too many bytes', () => {
  const { recent } = recentOf();
  for (const digest of ['a', 'b', 'c']) recent.add(answer(digest));
  assert.deepEqual([recent.get('a'), recent.get('id-a'), recent.bytes], [undefined, undefined, 20]);
  recent.add(answer('d', 95));
  assert.deepEqual([recent.get('c')?.digest, recent.get('d')?.digest, recent.bytes], [undefined, 'd', 95]);
  recent.add(answer('e', 101));
  assert.equal(recent.get('e'), undefined, 'what is larger than all is not kept');
  assert.equal(recent.get('d')?.digest, 'd');
});

test('an answer is forgotten after its time', () => {
  const { recent, pass } = recentOf();
  recent.add(answer('a'));
  pass(600);
  recent.add(answer('b'));
  pass(400);
  assert.equal(recent.get('a'), undefined);
  assert.equal(recent.bytes, 10);
  assert.equal(recent.get('b')?.digest, 'b');
});

test('what nobody asks about is forgotten too', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { recent, pass } = recentOf();
  recent.add(answer('a'));
  pass(1_000);
  t.mock.timers.tick(1_000);
  assert.equal(recent.bytes, 0);
});
