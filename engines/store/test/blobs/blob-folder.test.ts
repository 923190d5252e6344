import assert from 'node:assert/strict';
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { need, tempDir } from '@isobit/testing';
import { type BlobFolder, openBlobFolder, readVerified, scrub } from '../../src/index.ts';
import { type Blob, blobOf, blobSuite } from './blob-suite.ts';
import { collect, noise, shared } from './bytes.ts';

const MiB = 2 ** 20;

blobSuite('a folder', (t) => openBlobFolder({ dir: tempDir(t) }));

const partialOf = (store: BlobFolder, { root, bytes, leaves }: Blob) =>
  store.partial({ root, size: bytes.length, leaves: async () => leaves });

/** A blob of three blocks whose middle block was changed on disk. */
async function damaged(t: TestContext): Promise<{ store: BlobFolder; blob: Blob; dir: string }> {
  const dir = tempDir(t);
  const store = await openBlobFolder({ dir });
  const blob = await blobOf(2 * MiB + 5);
  await store.put([blob.bytes]);
  const bytes = readFileSync(store.path(blob.root));
  bytes[MiB + 3] = (bytes[MiB + 3] as number) ^ 1;
  writeFileSync(store.path(blob.root), bytes);
  return { store, blob, dir };
}

suite('blob folder', () => {
  test('names its files by root, and leaves no temporary ones', async (t) => {
    const dir = tempDir(t);
    const store = await openBlobFolder({ dir });
    const { root } = await store.put(noise(5));
    assert.equal(store.path(root), join(dir, 'blobs', root.slice(0, 2), root));
    assert.deepEqual(readFileSync(store.path(root)), await collect(noise(5)));
    assert.deepEqual(readdirSync(join(dir, 'temp')), []);
    assert.throws(() => store.path('../x'), { code: 'BLOB_ROOT_INVALID' });
  });

  test('damage at rest is found, and its block named', async (t) => {
    const { store, blob } = await damaged(t);
    assert.deepEqual(await scrub({ store, root: blob.root }), { root: blob.root, ok: false, badBlocks: [1] });
    await assert.rejects(collect(readVerified({ store, root: blob.root })), /block 1/);
    await assert.rejects(collect(readVerified({ store, root: blob.root })), { code: 'BLOB_CORRUPT' });
  });

  test('a file that was cut short is damage', async (t) => {
    const { store, blob } = await damaged(t);
    truncateSync(store.path(blob.root), MiB);
    await assert.rejects(store.leaves(blob.root), { code: 'BLOB_CORRUPT' });
    assert.deepEqual(await scrub({ store, root: blob.root }), {
      root: blob.root,
      ok: false,
      badBlocks: undefined,
    });
  });

  test('a lost leaf list is damage that a scrub tells from that of bytes', async (t) => {
    const store = await openBlobFolder({ dir: tempDir(t) });
    const { root } = await store.put(noise(2 * MiB));
    rmSync(`${store.path(root)}.leaves`);
    await assert.rejects(store.leaves(root), { code: 'BLOB_CORRUPT' });
    assert.deepEqual(await scrub({ store, root }), { root, ok: true, badBlocks: [] });
  });

  test('believes nothing of a partial but what hashes right', async (t) => {
    const dir = tempDir(t);
    const blob = await blobOf(3 * MiB);
    {
      const store = await openBlobFolder({ dir });
      await using partial = await partialOf(store, blob);
      for (const [i, block] of blob.blocks.entries()) await partial?.write(i, block);
    }
    const path = join(dir, 'partial', blob.root);
    const bytes = readFileSync(path);
    bytes[5] = (bytes[5] as number) ^ 1;
    writeFileSync(path, bytes);
    truncateSync(path, 3 * MiB - 1);
    const store = await openBlobFolder({ dir });
    const partial = await partialOf(store, blob);
    assert.deepEqual(
      [0, 1, 2].map((i) => partial?.has(i)),
      [false, true, false],
    );
    await partial?.write(0, blob.blocks[0] as Buffer);
    await partial?.write(2, blob.blocks[2] as Buffer);
    await partial?.commit();
    assert.deepEqual(await collect(readVerified({ store, root: blob.root })), blob.bytes);
  });

  test('of many blocks written at once only the wrong one is refused', async (t) => {
    const blob = await blobOf(20 * MiB + 5);
    const blocks = Array.from({ length: 21 }, (_, i) => shared(blob.bytes.subarray(i * MiB, (i + 1) * MiB)));
    const wrong = shared(blocks[0] as Uint8Array);
    wrong[MiB - 1] = (wrong[MiB - 1] as number) ^ 1;
    // Twice: the first time the thread that hashes several together only starts.
    for (const dir of [tempDir(t), tempDir(t)]) {
      const store = await openBlobFolder({ dir });
      await using partial = await partialOf(store, blob);
      assert.ok(partial);
      const written = await Promise.allSettled(
        blocks.map((block, i) => partial.write(i, i === 7 ? wrong : block)),
      );
      const refused = written.flatMap((result, i) =>
        result.status === 'rejected' ? [[i, result.reason.code]] : [],
      );
      assert.deepEqual(refused, [[7, 'BLOCK_INVALID']]);
      assert.equal(partial.verified, 20);
      assert.equal(await partial.write(7, blocks[7] as Uint8Array), true);
      await partial.commit();
      assert.deepEqual(await collect(readVerified({ store, root: blob.root })), blob.bytes);
    }
  });

  test('a torn leaf list of a partial is fetched again', async (t) => {
    const dir = tempDir(t);
    const blob = await blobOf(2 * MiB);
    const store = await openBlobFolder({ dir });
    await (await partialOf(store, blob))?.[Symbol.asyncDispose]();
    writeFileSync(join(dir, 'partial', `${blob.root}.leaves`), 'torn');
    await using partial = await partialOf(store, blob);
    assert.equal(partial?.verified, 0);
  });

  test('two stores on one folder may pull the same root: both commits leave it whole', async (t) => {
    const dir = tempDir(t);
    const blob = await blobOf(2 * MiB);
    const stores = [await openBlobFolder({ dir }), await openBlobFolder({ dir })] as const;
    const [one, two] = [await partialOf(stores[0], blob), await partialOf(stores[1], blob)];
    for (const [i, block] of blob.blocks.entries()) {
      await one?.write(i, block);
      await two?.write(i, block);
    }
    await one?.commit();
    await two?.commit();
    assert.deepEqual(await collect(readVerified({ store: stores[0], root: blob.root })), blob.bytes);
    assert.deepEqual(readdirSync(join(dir, 'partial')), []);
  });

  test('a partial whose file was removed cannot be committed', async (t) => {
    const dir = tempDir(t);
    const blob = await blobOf(MiB);
    const store = await openBlobFolder({ dir });
    await using partial = await partialOf(store, blob);
    await partial?.write(0, blob.bytes);
    rmSync(join(dir, 'partial', blob.root));
    await assert.rejects(async () => partial?.commit(), { code: 'BLOB_PARTIAL_LOST' });
    assert.equal(await store.has(blob.root), false);
  });

  test('a full disk is a coded error, and the store goes on', need('netns'), async (t) => {
    // A mount namespace of its own: the small disk is seen by the child alone, and goes with it.
    const entry = join(import.meta.dirname, 'processes/full-disk.ts');
    const { stdout } = await promisify(execFile)('unshare', ['--mount', process.execPath, entry, tempDir(t)]);
    assert.deepEqual(JSON.parse(stdout), { put: 'STORE_FULL', partial: 'STORE_FULL', small: true });
  });

  test('a folder that cannot be made is a coded error', async (t) => {
    const file = join(tempDir(t), 'file');
    writeFileSync(file, '');
    await assert.rejects(openBlobFolder({ dir: join(file, 'store') }), { code: 'STORE_IO' });
  });

  test('temporary files of killed processes go after a day', async (t) => {
    const dir = tempDir(t);
    await openBlobFolder({ dir });
    for (const name of ['old', 'new']) writeFileSync(join(dir, 'temp', name), '');
    const yesterday = Date.now() / 1000 - 25 * 3600;
    utimesSync(join(dir, 'temp', 'old'), yesterday, yesterday);
    await openBlobFolder({ dir });
    assert.deepEqual(readdirSync(join(dir, 'temp')), ['new']);
  });

  test('puts in constant memory', async (t) => {
    const child = fork(join(import.meta.dirname, 'processes/put.ts'), [tempDir(t), String(256 * MiB)], {
      execArgv: ['--max-old-space-size=64'],
    });
    const [{ grown }] = (await once(child, 'message')) as [{ grown: number }];
    assert.ok(grown < 96 * MiB, `256 MiB took ${Math.round(grown / MiB)} MiB of memory`);
  });
});
