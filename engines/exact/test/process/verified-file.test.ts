import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isCoded, limits } from '@isobit/core';
import { blockCount, blockLeaf, blockRange, blockRoot, joinLeaves } from '@isobit/model';
import { tempDir } from '@isobit/testing';
import fc from 'fast-check';
import { openVerifiedFile } from '../../src/process/child/verified-file.ts';

const code = (expected: string) => (error: unknown) => isCoded(error, expected);

const bytes = new Uint8Array(limits.blockBytes * 2 + 4_321).map((_, i) => (i * 31) ^ (i >> 12));
const leaves = Array.from({ length: blockCount(bytes.length) }, (_, index) => {
  const { start, end } = blockRange(index, bytes.length);
  return blockLeaf(bytes.subarray(start, end));
});
const file = { path: 'model.gguf', size: bytes.length, root: blockRoot(leaves) };

for (const [how, list] of [
  ['with its list of blocks', joinLeaves(leaves)],
  ['without', undefined],
] as const) {
  test(`any piece of a file is read, ${how}`, async (t) => {
    const path = join(tempDir(t), 'blob');
    writeFileSync(path, bytes);
    await using open = await openVerifiedFile(path, file, list);
    assert.equal(open.size, bytes.length);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.nat({ max: bytes.length }), fc.nat({ max: bytes.length })),
        async ([a, b]) => {
          const [start, end] = [Math.min(a, b), Math.max(a, b)];
          const piece = await open.read(start, end);
          assert.ok(Buffer.from(piece).equals(bytes.subarray(start, end)));
        },
      ),
      { numRuns: 30 },
    );
  });

  test(`a changed byte is refused before it is given, ${how}`, async (t) => {
    const path = join(tempDir(t), 'blob');
    const changed = bytes.slice();
    const at = limits.blockBytes + 5;
    changed[at] = (changed[at] as number) ^ 1;
    writeFileSync(path, changed);
    const reading = async () => {
      await using open = await openVerifiedFile(path, file, list);
      assert.ok(Buffer.from(await open.read(0, 100)).equals(bytes.subarray(0, 100)));
      await open.read(at, at + 1);
    };
    await assert.rejects(reading(), code('MODEL_BYTES'));
  });
}

test('a file that changes after it was hashed is refused', async (t) => {
  const path = join(tempDir(t), 'blob');
  writeFileSync(path, bytes);
  await using open = await openVerifiedFile(path, file);
  writeFileSync(path, new Uint8Array(bytes.length));
  await assert.rejects(open.read(0, 10), code('MODEL_BYTES'));
});

test('an absent file, another size and a list of another file are refused', async (t) => {
  const path = join(tempDir(t), 'blob');
  await assert.rejects(openVerifiedFile(path, file), code('MODEL_BYTES'));
  writeFileSync(path, bytes.subarray(1));
  await assert.rejects(openVerifiedFile(path, file), code('MODEL_BYTES'));
  writeFileSync(path, bytes);
  const other = joinLeaves(leaves.toReversed());
  await assert.rejects(openVerifiedFile(path, file, other), code('MODEL_BYTES'));
  await assert.rejects(openVerifiedFile(path, file, new Uint8Array(5)), code('MODEL_BYTES'));
});
