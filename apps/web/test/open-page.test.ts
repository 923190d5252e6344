import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { buildPage, openPage } from '@isobit/web';

test('nodes that start together get one page, and the next start builds nothing', async (t) => {
  const cacheDir = tempDir(t);
  const pages = await Promise.all([1, 2, 3].map(() => openPage({ cacheDir })));
  const built = await buildPage({ outDir: tempDir(t) });
  for (const page of pages) assert.equal(page.sha256, built.sha256);
  assert.equal((await readdir(cacheDir)).length, 1);
  // With no time to build in, only a cached page comes back.
  const again = await openPage({ cacheDir, signal: AbortSignal.abort() });
  assert.equal(createHash('sha256').update(again.html).digest('hex'), built.sha256);
  await assert.rejects(openPage({ cacheDir: tempDir(t), signal: AbortSignal.abort() }), {
    name: 'AbortError',
  });
});

test('a damaged page in the cache is built anew', async (t) => {
  const cacheDir = tempDir(t);
  const { sha256 } = await openPage({ cacheDir });
  const [folder = ''] = await readdir(cacheDir);
  await writeFile(join(cacheDir, folder, 'isobit-receipt.html'), '<script>evil</script>');
  assert.equal((await openPage({ cacheDir })).sha256, sha256);
  assert.deepEqual(await readdir(cacheDir), [folder]);
});
