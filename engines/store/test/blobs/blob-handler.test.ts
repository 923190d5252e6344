import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { tempDir, waitFor } from '@isobit/testing';
import { type BlobStore, createBlobHandler, createMemoryBlobs, openBlobFolder } from '../../src/index.ts';
import { collect, noise } from './bytes.ts';

const MiB = 2 ** 20;
const SIZE = MiB + 10;

async function setup() {
  const store = createMemoryBlobs();
  const { root } = await store.put(noise(SIZE));
  const handler = createBlobHandler({ store });
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    handler(new Request(`http://host${path}`, { method, headers }));
  return { store, root, ask, bytes: await collect(noise(SIZE)) };
}

const bodyOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

suite('blob handler', () => {
  test('serves a blob whole, named by its root and for ever', async () => {
    const { root, ask, bytes } = await setup();
    const response = await ask(`/blobs/${root}`);
    assert.equal(response.status, 200);
    assert.deepEqual(Object.fromEntries(response.headers), {
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-disposition': 'attachment',
      'content-length': String(SIZE),
      'content-type': 'application/octet-stream',
      etag: `"${root}"`,
      'isobit-blob-size': String(SIZE),
      'x-content-type-options': 'nosniff',
    });
    assert.deepEqual(await bodyOf(response), bytes);
  });

  test('serves a range', async () => {
    const { root, ask, bytes } = await setup();
    const response = await ask(`/blobs/${root}`, { range: `bytes=${MiB - 2}-${MiB + 2}` });
    assert.equal(response.status, 206);
    assert.equal(response.headers.get('content-range'), `bytes ${MiB - 2}-${MiB + 2}/${SIZE}`);
    assert.equal(response.headers.get('content-length'), '5');
    assert.deepEqual(await bodyOf(response), bytes.subarray(MiB - 2, MiB + 3));
  });

  test('refuses a range outside with its size', async () => {
    const { root, ask } = await setup();
    const response = await ask(`/blobs/${root}`, { range: `bytes=${SIZE}-` });
    assert.equal(response.status, 416);
    assert.equal(response.headers.get('content-range'), `bytes */${SIZE}`);
    assert.equal(((await response.json()) as { code: string }).code, 'BLOB_RANGE');
  });

  test('serves the leaf list', async () => {
    const { store, root, ask } = await setup();
    const response = await ask(`/blobs/${root}/leaves`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('isobit-blob-size'), String(SIZE));
    assert.equal(response.headers.get('content-length'), '64');
    assert.deepEqual(await bodyOf(response), Buffer.from(await store.leaves(root)));
  });

  test('HEAD gives the heads without the bytes', async () => {
    const { root, ask } = await setup();
    for (const path of [`/blobs/${root}`, `/blobs/${root}/leaves`]) {
      const [get, head] = [await ask(path), await ask(path, {}, 'HEAD')];
      assert.deepEqual(Object.fromEntries(head.headers), Object.fromEntries(get.headers));
      assert.equal((await bodyOf(head)).length, 0);
      await get.body?.cancel();
    }
  });

  test('knows what a client has already', async () => {
    const { root, ask } = await setup();
    assert.equal((await ask(`/blobs/${root}`, { 'if-none-match': `"${root}"` })).status, 304);
    assert.equal((await ask(`/blobs/${root}/leaves`, { 'if-none-match': `"${root}.leaves"` })).status, 304);
    const range = { range: 'bytes=0-1' };
    assert.equal((await ask(`/blobs/${root}`, { ...range, 'if-range': `"${root}"` })).status, 206);
    assert.equal((await ask(`/blobs/${root}`, { ...range, 'if-range': '"other"' })).status, 200);
  });

  test('refuses other paths, roots, methods, each with a code', async () => {
    const { root, ask } = await setup();
    const absent = root.replace(/^./, (c) => (c === '0' ? '1' : '0'));
    const cases: [string, string, number, string][] = [
      [`/blobs/${absent}`, 'GET', 404, 'BLOB_ABSENT'],
      [`/blobs/${absent}/leaves`, 'GET', 404, 'BLOB_ABSENT'],
      [`/blobs/${root.toUpperCase()}`, 'GET', 404, 'BLOB_ROOT_INVALID'],
      ['/blobs/..%2f..%2fetc%2fpasswd', 'GET', 404, 'BLOB_ROOT_INVALID'],
      [`/blobs/${root}/other`, 'GET', 404, 'BLOB_ROOT_INVALID'],
      [`/blobs/${root}`, 'POST', 405, 'METHOD_NOT_ALLOWED'],
      [`/blobs/${root}`, 'DELETE', 405, 'METHOD_NOT_ALLOWED'],
    ];
    for (const [path, method, status, code] of cases) {
      const response = await ask(path, {}, method);
      assert.equal(response.status, status, path);
      assert.equal(((await response.json()) as { code: string }).code, code, path);
    }
  });

  test('a store that fails is a coded answer, without its paths', async () => {
    const broken = { stat: () => Promise.reject(new Error('/secret/path')) } as unknown as BlobStore;
    const response = await createBlobHandler({ store: broken })(
      new Request(`http://host/blobs/${'a'.repeat(64)}`),
    );
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /secret/);
  });

  test('reads no further than its client, and closes the file when the client leaves', async (t) => {
    const folder = await openBlobFolder({ dir: tempDir(t) });
    const { root } = await folder.put(noise(8 * MiB));
    let given = 0;
    let closed = false;
    const store: BlobStore = {
      ...folder,
      async *read(...args) {
        try {
          for await (const chunk of folder.read(...args)) {
            given += chunk.length;
            yield chunk;
          }
        } finally {
          closed = true;
        }
      },
    };
    const response = await createBlobHandler({ store })(new Request(`http://host/blobs/${root}`));
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await waitFor(() => given > 0, { what: 'the first chunk' });
    assert.ok(given <= MiB, `${given} bytes were read for a client that took one chunk`);
    await reader.cancel();
    assert.equal(closed, true);
  });
});
