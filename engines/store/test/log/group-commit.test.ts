import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGroupCommit } from '../../src/log/group-commit.ts';
import { coded } from './some-log.ts';

function gated() {
  const groups: number[][] = [];
  let gate = Promise.withResolvers<void>();
  const commits = createGroupCommit<number, number>({
    async commit(items) {
      groups.push(items);
      await gate.promise;
      if (items.includes(13)) throw new Error('unlucky');
      return items.map((item) => item * 10);
    },
    maxGroupBytes: 10,
    maxQueueBytes: 30,
  });
  const open = () => {
    gate.resolve();
    gate = Promise.withResolvers();
    gate.resolve();
  };
  return { groups, commits, open };
}

test('what arrives during a commit goes together in the next, up to its weight', async () => {
  const { groups, commits, open } = gated();
  const first = commits.add([1], 1);
  await new Promise(setImmediate);
  const rest = [commits.add([2, 3], 4), commits.add([4], 6), commits.add([5], 1)];
  open();
  assert.deepEqual(await first, [10]);
  assert.deepEqual(await Promise.all(rest), [[20, 30], [40], [50]]);
  assert.deepEqual(groups, [[1], [2, 3, 4], [5]]);
  await commits.idle();
});

test('a failed commit fails its own group, and the next goes on', async () => {
  const { commits, open } = gated();
  const bad = commits.add([13], 10);
  await new Promise(setImmediate);
  const good = commits.add([1], 10);
  open();
  await assert.rejects(bad, /unlucky/);
  assert.deepEqual(await good, [10]);
});

test('a full queue refuses, and takes again when it has room; one large request alone is taken', async () => {
  const { commits, open } = gated();
  const large = commits.add([1], 100);
  await new Promise(setImmediate);
  const waiting = commits.add([2], 30);
  await assert.rejects(commits.add([3], 1), coded('LOG_BUSY'));
  open();
  await Promise.all([large, waiting]);
  assert.deepEqual(await commits.add([4], 30), [40]);
});
