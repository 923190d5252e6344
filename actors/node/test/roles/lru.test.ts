import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lru } from '../../src/roles/gateway/lru.ts';

test('what was used longest ago goes first, and a look is no use', () => {
  const held = new Lru<number>(2);
  held.set('a', 1);
  held.set('b', 2);
  assert.equal(held.get('a'), 1);
  assert.equal(held.peek('b'), 2);
  held.set('c', 3);
  assert.deepEqual([...held.values()], [1, 3]);
  assert.equal(held.get('b'), undefined);
});

test('what may not go stays, and it grows no further for that than it must', () => {
  const held = new Lru<{ busy: boolean }>(1, ({ busy }) => !busy);
  held.set('a', { busy: true });
  held.set('b', { busy: false });
  assert.equal(held.size, 2);
  held.set('c', { busy: false });
  assert.deepEqual([held.peek('a')?.busy, held.peek('b')], [true, undefined]);
});
