import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { type AccessKey, createAccessKeys, openDatabase } from '../../src/index.ts';

const plain: AccessKey = { name: 'plain', digest: 'ab'.repeat(32), created: 5 };
const narrow: AccessKey = {
  name: 'narrow',
  digest: 'cd'.repeat(32),
  created: 6,
  expires: 7,
  requestsPerMinute: 8,
  tokensPerDay: 9,
  concurrent: 1,
  models: ['a', 'b'],
};
const unspent = { spent: { day: 0, tokens: 0 } };

test('keys are kept as they are, with what they spent, and survive', async (t) => {
  const file = join(tempDir(t), 'node.sqlite');
  {
    await using database = await openDatabase({ file });
    const keys = createAccessKeys(database);
    await keys.add(plain);
    await keys.add(narrow);
    assert.deepEqual(await keys.list(), [
      { ...narrow, ...unspent },
      { ...plain, ...unspent },
    ]);
    await keys.setSpent('plain', { day: 20_000, tokens: 2 ** 40 });
    await keys.setSpent('nobody', { day: 1, tokens: 1 });
  }
  await using database = await openDatabase({ file });
  const keys = createAccessKeys(database);
  const [, kept] = await keys.list();
  assert.deepEqual(kept, { ...plain, spent: { day: 20_000, tokens: 2 ** 40 } });
  assert.deepEqual([await keys.remove('plain'), await keys.remove('plain')], [true, false]);
});

test('a name is one key, and a digest too', async (t) => {
  await using database = await openDatabase({ file: join(tempDir(t), 'node.sqlite') });
  const keys = createAccessKeys(database);
  await keys.add(plain);
  await assert.rejects(keys.add({ ...narrow, name: 'plain' }), { code: 'KEY_NAME_TAKEN' });
  await assert.rejects(keys.add({ ...narrow, digest: plain.digest }));
  assert.deepEqual(
    (await keys.list()).map(({ name }) => name),
    ['plain'],
  );
});
