import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { openFileRanges } from '../../src/process/index.ts';

test('a file is read where it is asked, and no further', async (t) => {
  const path = join(tempDir(t), 'file');
  await writeFile(
    path,
    Uint8Array.from({ length: 5_000 }, (_, i) => i),
  );
  await using file = await openFileRanges(path);
  assert.equal(file.size, 5_000);
  assert.deepEqual(await file.read(300, 3), Uint8Array.of(44, 45, 46));
  assert.equal((await file.read(0, 5_000)).length, 5_000);
  assert.deepEqual(await file.read(4_999, 1), Uint8Array.of(135));
  await truncate(path, 100);
  await assert.rejects(file.read(50, 51), RangeError);
});
