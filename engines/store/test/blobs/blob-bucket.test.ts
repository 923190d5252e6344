import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { openBlobBucket } from '../../src/blobs/bucket/blob-bucket.ts';
import { type BlobStore, createMemoryBlobs, openBlobFolder, readVerified } from '../../src/index.ts';
import { blobOf, blobSuite } from './blob-suite.ts';
import { collect, noise } from './bytes.ts';
import { CREDENTIALS, serveS3 } from './s3-server.ts';

const MiB = 2 ** 20;

async function open(
  t: TestContext,
  changes: Partial<typeof CREDENTIALS> = {},
  spool: BlobStore = createMemoryBlobs(),
) {
  const server = await serveS3();
  t.after(() => server[Symbol.asyncDispose]());
  const { endpoint } = server;
  return {
    server,
    spool,
    store: openBlobBucket({ endpoint, ...CREDENTIALS, prefix: 'isobit/', ...changes, spool }),
  };
}

blobSuite('a bucket', async (t) => (await open(t, {}, await openBlobFolder({ dir: tempDir(t) }))).store);

suite('blob bucket', () => {
  test('keeps a blob and its leaves under its root, and nothing in the spool', async (t) => {
    const { server, spool, store } = await open(t);
    const { root } = await store.put(noise(MiB + 1));
    assert.deepEqual([...server.objects.keys()].sort(), [`isobit/blobs/${root}`, `isobit/leaves/${root}`]);
    assert.deepEqual(await Array.fromAsync(spool.list()), []);
  });

  test('uploads a large blob in parts, and fetches no more than was asked for', async (t) => {
    const { server, store } = await open(t);
    const { root, size } = await store.put(noise(40 * MiB));
    assert.equal(server.seen.filter((line) => line.includes('partNumber')).length, 3);
    assert.equal(server.uploads.size, 0);
    assert.equal(server.objects.get(`isobit/blobs/${root}`)?.length, size);
    assert.equal((await collect(readVerified({ store, root }))).length, size);
    assert.equal((await collect(store.read(root, { start: 5, end: 10 }))).length, 5);
  });

  test('turns the pages of a long listing', async (t) => {
    const { store } = await open(t);
    const roots = await Promise.all([1, 2, 3, 4, 5].map(async (n) => (await store.put(noise(n))).root));
    assert.deepEqual(
      (await Array.fromAsync(store.list())).map(({ root }) => root),
      roots.sort(),
    );
  });

  test('comes back to a bucket that is busy', async (t) => {
    const { server, store } = await open(t);
    server.busy = 2;
    assert.equal(await store.has('a'.repeat(64)), false);
  });

  test('a wrong key is a coded error that says what the bucket said', async (t) => {
    const { store } = await open(t, { secretKey: 'wrong' });
    await assert.rejects(store.put(noise(10)), { code: 'STORE_IO', message: /403 SignatureDoesNotMatch/ });
    await assert.rejects(store.has('a'.repeat(64)), { code: 'STORE_IO' });
  });

  test('nobody listening is a coded error', async (t) => {
    const { server, store } = await open(t);
    await server[Symbol.asyncDispose]();
    await assert.rejects(store.has('a'.repeat(64)), { code: 'STORE_IO' });
  });

  test('an upload that fails leaves no parts behind, and goes on from the spool', async (t) => {
    const { server, spool, store } = await open(t);
    const blob = await blobOf(17 * MiB);
    const broken: BlobStore = {
      ...spool,
      async *read(root, range, signal) {
        if ((range?.start ?? 0) > 0) throw new Error('the disk failed');
        yield* spool.read(root, range, signal);
      },
    };
    const { endpoint } = server;
    const failing = openBlobBucket({ endpoint, ...CREDENTIALS, prefix: 'isobit/', spool: broken });
    await assert.rejects(failing.put([blob.bytes]), /the disk failed/);
    assert.equal(server.uploads.size, 0);
    assert.equal(await store.has(blob.root), false);
    const leaves = () => assert.fail('all blocks are in the spool');
    assert.equal(await store.partial({ root: blob.root, size: blob.bytes.length, leaves }), undefined);
    assert.equal(await store.has(blob.root), true);
  });

  test('an object that somebody changed is damage', async (t) => {
    const { server, store } = await open(t);
    const { root } = await store.put(noise(MiB + 1));
    server.objects.delete(`isobit/leaves/${root}`);
    await assert.rejects(store.leaves(root), { code: 'BLOB_CORRUPT' });
    server.objects.set(`isobit/leaves/${root}`, Buffer.alloc(64));
    await assert.rejects(store.leaves(root), { code: 'BLOB_CORRUPT' });
  });
});
