import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isCoded } from '@isobit/core';
import { modelId } from '@isobit/model';
import { EnginePool } from '../../src/process/engine-pool.ts';
import { models } from '../models.ts';
import { sourceOf } from '../source.ts';

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));

test('an engine that broke answers once more, is not used again, and fails nobody else', async () => {
  const pool = new EnginePool({
    entry: {
      path: `${fixtures}/faulty.ts`,
      engine: { name: 'faulty', version: '1' },
      codeRoots: [fixtures],
      addons: false,
    },
    readRoots: [],
    memoryMiB: 64,
    loadTimeoutMs: 30_000,
    runTimeoutMs: 30_000,
    maxLoaded: 1,
    idleTimeoutMs: 60_000,
    maxQueued: 8,
    children: 1,
  });
  const source = sourceOf(models.scalar());
  const model = { key: modelId(source.manifest), source };
  const run = (name: string) => {
    const inputs = [{ name, datatype: 'UINT8' as const, shape: [0], bytes: 0 }];
    return pool.submit({
      what: 'the run',
      model,
      call: { op: 'run', key: model.key, inputs, outputs: ['y'] },
    });
  };
  await run('fine');
  const [pid] = pool.pids;
  const [crash, next, last] = await Promise.allSettled([run('crash'), run('fine'), run('fine')]);
  assert.ok(crash.status === 'rejected' && isCoded(crash.reason, 'ENGINE_CRASHED'));
  assert.equal(next.status, 'fulfilled');
  assert.equal(last.status, 'fulfilled');
  assert.notEqual(pool.pids[0], pid);
  await pool.dispose();
  assert.deepEqual(pool.pids, []);
});
