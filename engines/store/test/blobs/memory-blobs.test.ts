import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryBlobs } from '../../src/blobs/memory/memory-blobs.ts';
import { blobSuite } from './blob-suite.ts';
import { collect } from './bytes.ts';

blobSuite('memory', async () => createMemoryBlobs());

test('what a reader does to the bytes does not reach the store', async () => {
  const store = createMemoryBlobs();
  const { root } = await store.put([Uint8Array.of(1, 2, 3)]);
  for await (const chunk of store.read(root)) chunk.fill(0);
  (await store.leaves(root)).fill(0);
  assert.deepEqual([...(await collect(store.read(root)))], [1, 2, 3]);
});
