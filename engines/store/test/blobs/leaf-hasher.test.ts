import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { blockLeaf } from '@isobit/model';
import { waitFor } from '@isobit/testing';
import { HashThread } from '../../src/blobs/hashing/hash-thread.ts';
import { leafOf } from '../../src/blobs/hashing/leaf-hasher.ts';
import { collect, noise, shared } from './bytes.ts';

test('a leaf is the same whichever thread hashes it', async () => {
  for (const size of [0, 1, 63, 64, 100_000, 2 ** 20]) {
    const bytes = await collect(noise(size, size + 1));
    const leaves = await Promise.all([leafOf(bytes), leafOf(shared(bytes)), leafOf(shared(bytes))]);
    for (const leaf of leaves) assert.deepEqual(leaf, blockLeaf(bytes));
  }
});

test('a thread answers once it runs, each question its own', async () => {
  const thread = new HashThread();
  const blocks = await Promise.all([1, 2, 3].map(async (seed) => shared(await collect(noise(1_000, seed)))));
  const answers = await waitFor(
    () => {
      const asked = blocks.map((block) => thread.leafOf(block));
      return asked[0] && Promise.all(asked);
    },
    { what: 'a thread to run' },
  );
  assert.deepEqual(answers, blocks.map(blockLeaf));
  assert.equal(thread.pending, 0);
});

test('a thread keeps no process alive that asks it nothing more', async () => {
  const url = new URL('../../src/blobs/hashing/hash-thread.ts', import.meta.url);
  const program = `import { HashThread } from ${JSON.stringify(url)}; new HashThread().leafOf(new Uint8Array(1));`;
  // It would be let go after half a minute.
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 });
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});
