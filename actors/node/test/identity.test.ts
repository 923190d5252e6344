import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLogKey } from '@isobit/log';
import { tempDir } from '@isobit/testing';
import { openIdentity } from '../src/identity.ts';

test('keys are made once, and are the same afterwards', async (t) => {
  const dir = tempDir(t);
  const first = await openIdentity(dir);
  const again = await openIdentity(dir);
  assert.deepEqual([first.isNew, again.isNew], [true, false]);
  assert.equal(first.key.address, again.key.address);
  assert.equal(first.operatorToken, again.operatorToken);
  assert.deepEqual(first.binding, again.binding);
  assert.equal(openLogKey(first.binding).address, first.key.address);
  assert.deepEqual((await readdir(dir)).sort(), ['node.key', 'operator.token'], 'nothing is left behind');
});

test('two that start at once agree on one key', async (t) => {
  const dir = tempDir(t);
  const both = await Promise.all([openIdentity(dir), openIdentity(dir)]);
  assert.equal(both[0].key.address, both[1].key.address);
  assert.equal(both.filter(({ isNew }) => isNew).length, 1);
});

test('secrets are for their owner alone, and mended where they are not', async (t) => {
  const dir = tempDir(t);
  await openIdentity(dir);
  const path = join(dir, 'node.key');
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await chmod(path, 0o644);
  await openIdentity(dir);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test('a key file that is damaged is named, and not replaced', async (t) => {
  const dir = tempDir(t);
  await openIdentity(dir);
  const path = join(dir, 'node.key');
  await writeFile(path, 'abc');
  await assert.rejects(openIdentity(dir), (error: { code: string; message: string }) => {
    assert.ok(error.message.includes(path));
    return error.code === 'KEY_FILE';
  });
  assert.equal(await readFile(path, 'utf8'), 'abc');
});
