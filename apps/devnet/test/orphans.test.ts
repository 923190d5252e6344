import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { listRunning } from '@isobit/node';
import { startIsobit } from './isobit.ts';
import { allGone, descendantsOf } from './processes.ts';

test('no node outlives the one who started it, kill -9 included', async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'isobit-home-'));
  t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const up = startIsobit(['up', '--nodes', '2'], { home });
  t.after(() => up[Symbol.asyncDispose]());
  await up.line(/2 nodes are up/);
  const [node] = await listRunning(home);
  const folder = dirname(node?.dataDir ?? '');
  assert.match(folder, /isobit-up-/);
  const [command, ...others] = descendantsOf(up.pid);
  assert.ok(others.length >= 4, 'two nodes, and what runs their models');
  process.kill(command as number, 'SIGKILL');
  await allGone(others);
  assert.notEqual(await up.exited, 0);
  assert.deepEqual(await listRunning(home), [], 'nobody is announced that is gone');
  // What was killed could not tidy up.
  await rm(folder, { recursive: true, maxRetries: 5 });
});
