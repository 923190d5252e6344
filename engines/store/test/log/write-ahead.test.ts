import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fromUtf8, utf8 } from '@isobit/core';
import { forAll, propertyRuns, tempDir } from '@isobit/testing';
import fc from 'fast-check';
import { openWriteAhead } from '../../src/log/write-ahead.ts';

const RESERVE = 2048;
const reopen = async (path: string) => {
  const { wal, recovered } = await openWriteAhead({ path, reserve: RESERVE });
  await wal.close();
  return recovered && [recovered.snapshot, ...recovered.groups].map(fromUtf8);
};

test('groups follow their snapshot; a new snapshot replaces both, in the other file', async (t) => {
  const path = join(tempDir(t), 'tail');
  const { wal, recovered } = await openWriteAhead({ path, reserve: RESERVE });
  assert.equal(recovered, undefined);
  await wal.restart(utf8('one'));
  await wal.append(utf8('a'));
  await wal.append(utf8('b'));
  assert.deepEqual(await reopen(path), ['one', 'a', 'b']);
  await wal.restart(utf8('two'));
  assert.deepEqual(await reopen(path), ['two']);
  await wal.append(utf8('c'));
  await wal.restart(utf8('three'));
  await wal.append(utf8('d'));
  assert.deepEqual(await reopen(path), ['three', 'd']);
  await wal.append(new Uint8Array(5000).fill(0x78));
  assert.equal((await reopen(path))?.[2]?.length, 5000);
  await wal.close();
});

test('property: a file torn or changed at any byte gives a prefix of what was written, never anything else', async (t) => {
  const path = join(tempDir(t), 'tail');
  const { wal } = await openWriteAhead({ path, reserve: RESERVE });
  const written = ['snapshot', 'first', 'second', 'third'];
  await wal.restart(utf8('older'));
  await wal.restart(utf8(written[0] as string));
  for (const body of written.slice(1)) await wal.append(utf8(body));
  const used = wal.size;
  await wal.close();
  const file = `${path}.0`;
  const whole = readFileSync(file);
  await forAll(
    [fc.nat(used - 1), fc.integer({ min: 1, max: 255 }), fc.boolean()],
    async (at, mask, torn) => {
      const broken = Buffer.from(whole);
      if (torn) broken.fill(0, at);
      else broken[at] = (broken[at] as number) ^ mask;
      writeFileSync(file, broken);
      const found = await reopen(path);
      const lost = found?.[0] === 'older';
      assert.deepEqual(found, lost ? ['older'] : written.slice(0, found?.length), `byte ${at}`);
      assert.ok(lost || torn || (found?.length ?? 0) < written.length);
    },
    propertyRuns(60),
  );
});
