import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { blockLeaf, blockRoot, joinLeaves } from '@isobit/model';
import { type BlobStore, readVerified, scrub } from '../../src/index.ts';
import { collect, noise } from './bytes.ts';

const MiB = 2 ** 20;
const SIZES = [0, 1, MiB - 1, MiB, MiB + 1, 3 * MiB + 5];
const NO_ROOT = 'A'.repeat(64);

export interface Blob {
  readonly bytes: Buffer;
  readonly blocks: readonly Buffer[];
  readonly leaves: Uint8Array;
  readonly root: string;
}

/** A blob with everything that is derived from it, computed apart from the stores. */
export async function blobOf(size: number, seed = 1): Promise<Blob> {
  const bytes = await collect(noise(size, seed));
  const blocks =
    size === 0
      ? [bytes]
      : Array.from({ length: Math.ceil(size / MiB) }, (_, i) => bytes.subarray(i * MiB, (i + 1) * MiB));
  const leaves = blocks.map(blockLeaf);
  return { bytes, blocks, leaves: joinLeaves(leaves), root: blockRoot(leaves) };
}

/** Pieces of a size that divides nothing. */
function* crumbs(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 70_001) yield bytes.subarray(at, at + 70_001);
}

const partialOf = (store: BlobStore, { root, bytes, leaves }: Blob) =>
  store.partial({ root, size: bytes.length, leaves: async () => leaves });

/** The contract of a `BlobStore`. */
export function blobSuite(name: string, open: (t: TestContext) => Promise<BlobStore>): void {
  suite(`${name} as a blob store`, () => {
    for (const size of SIZES) {
      test(`keeps ${size} bytes`, async (t) => {
        const store = await open(t);
        const blob = await blobOf(size);
        const progress: number[] = [];
        const stat = await store.put(crumbs(blob.bytes), { onProgress: (bytes) => progress.push(bytes) });
        assert.deepEqual(stat, { root: blob.root, size, blocks: blob.blocks.length });
        assert.equal(progress.at(-1), size);
        assert.deepEqual(await store.stat(blob.root), stat);
        assert.equal(await store.has(blob.root), true);
        assert.deepEqual(await collect(store.read(blob.root)), blob.bytes);
        assert.deepEqual(await collect(readVerified({ store, root: blob.root })), blob.bytes);
        assert.deepEqual(Buffer.from(await store.leaves(blob.root)), Buffer.from(blob.leaves));
        assert.deepEqual(await scrub({ store, root: blob.root }), {
          root: blob.root,
          ok: true,
          badBlocks: [],
        });
      });
    }

    test('reads ranges, and refuses those outside', async (t) => {
      const store = await open(t);
      const blob = await blobOf(2 * MiB + 7);
      await store.put([blob.bytes]);
      for (const [start, end] of [
        [0, 1],
        [MiB - 1, MiB + 1],
        [5, 5],
        [2 * MiB, 2 * MiB + 7],
        [0, 2 * MiB + 7],
      ] as const) {
        assert.deepEqual(
          await collect(store.read(blob.root, { start, end })),
          blob.bytes.subarray(start, end),
        );
      }
      for (const [start, end] of [
        [-1, 1],
        [0, 2 * MiB + 8],
        [2, 1],
        [0.5, 1],
      ] as const) {
        await assert.rejects(collect(store.read(blob.root, { start, end })), { code: 'BLOB_RANGE' });
      }
    });

    test('lists and removes', async (t) => {
      const store = await open(t);
      const stats = [await store.put(noise(10)), await store.put(noise(MiB + 1))];
      await store.put(noise(10));
      const listed = await Array.fromAsync(store.list());
      const byRoot = (a: { root: string }, b: { root: string }): number => (a.root < b.root ? -1 : 1);
      assert.deepEqual(listed.sort(byRoot), stats.sort(byRoot));
      const root = listed[0]?.root ?? '';
      assert.equal(await store.remove(root), true);
      assert.equal(await store.remove(root), false);
      assert.equal(await store.has(root), false);
      assert.equal((await Array.fromAsync(store.list())).length, 1);
    });

    test('says what it does not hold, and refuses what is no root', async (t) => {
      const store = await open(t);
      const { root } = await blobOf(3);
      assert.equal(await store.has(root), false);
      assert.equal(await store.stat(root), undefined);
      await assert.rejects(store.leaves(root), { code: 'BLOB_ABSENT' });
      await assert.rejects(collect(store.read(root)), { code: 'BLOB_ABSENT' });
      await assert.rejects(scrub({ store, root }), { code: 'BLOB_ABSENT' });
      for (const bad of [NO_ROOT, '../../etc/passwd', '', `${root}0`]) {
        await assert.rejects(async () => store.stat(bad), { code: 'BLOB_ROOT_INVALID' });
        await assert.rejects(async () => store.remove(bad), { code: 'BLOB_ROOT_INVALID' });
        await assert.rejects(store.partial({ root: bad, size: 1, leaves: async () => new Uint8Array(32) }), {
          code: 'BLOB_ROOT_INVALID',
        });
      }
    });

    test('a put that fails or is aborted leaves nothing', async (t) => {
      const store = await open(t);
      const broken = async function* () {
        yield* noise(2 * MiB);
        throw new Error('the cable was cut');
      };
      await assert.rejects(store.put(broken()), /the cable was cut/);
      const abort = new AbortController();
      const aborted = store.put(noise(4 * MiB), { signal: abort.signal, onProgress: () => abort.abort() });
      await assert.rejects(aborted, { name: 'AbortError' });
      assert.deepEqual(await Array.fromAsync(store.list()), []);
    });

    test('a partial takes blocks in any order, each verified', async (t) => {
      const store = await open(t);
      const blob = await blobOf(2 * MiB + 9);
      const [first, second, last] = blob.blocks as [Buffer, Buffer, Buffer];
      const partial = await partialOf(store, blob);
      assert.ok(partial);
      await partial.write(2, last);
      await assert.rejects(partial.write(0, second), { code: 'BLOCK_INVALID' });
      await assert.rejects(partial.write(1, second.subarray(1)), { code: 'BLOCK_INVALID' });
      await assert.rejects(partial.write(3, last), { code: 'BLOCK_INVALID' });
      await assert.rejects(partial.commit(), { code: 'BLOB_INCOMPLETE' });
      assert.equal(await store.has(blob.root), false);
      await partial.write(0, first);
      await partial.write(0, first);
      assert.equal(partial.verified, 2);
      await partial.write(1, second);
      assert.deepEqual(await partial.commit(), { root: blob.root, size: blob.bytes.length, blocks: 3 });
      assert.deepEqual(await collect(readVerified({ store, root: blob.root })), blob.bytes);
      assert.equal(await partialOf(store, blob), undefined, 'what is whole needs no partial');
    });

    test('a partial that was left goes on where it was, without asking for its leaves again', async (t) => {
      const store = await open(t);
      const blob = await blobOf(3 * MiB);
      {
        await using partial = await partialOf(store, blob);
        await partial?.write(1, blob.blocks[1] as Buffer);
      }
      let found = 0;
      await using again = await store.partial({
        root: blob.root,
        size: blob.bytes.length,
        leaves: () => assert.fail('the leaves are known'),
        onProgress: (bytes) => (found = bytes),
      });
      assert.deepEqual(
        [0, 1, 2].map((i) => again?.has(i)),
        [false, true, false],
      );
      assert.equal(again?.verified, 1);
      assert.equal(found, MiB);
    });

    test('a discarded partial is forgotten', async (t) => {
      const store = await open(t);
      const blob = await blobOf(2 * MiB);
      const partial = await partialOf(store, blob);
      await partial?.write(0, blob.blocks[0] as Buffer);
      await partial?.discard();
      await using again = await partialOf(store, blob);
      assert.equal(again?.verified, 0);
    });

    test('refuses leaves of another root, and sizes that are none', async (t) => {
      const store = await open(t);
      const blob = await blobOf(2 * MiB);
      const other = await blobOf(2 * MiB, 7);
      await assert.rejects(partialOf(store, { ...blob, leaves: other.leaves }), { code: 'BLOCK_INVALID' });
      await assert.rejects(partialOf(store, { ...blob, leaves: blob.leaves.subarray(32) }), {
        code: 'BLOCK_INVALID',
      });
      for (const size of [-1, 0.5, 2 ** 50]) {
        await assert.rejects(store.partial({ root: blob.root, size, leaves: async () => blob.leaves }), {
          code: 'BLOB_SIZE',
        });
      }
      await using partial = await partialOf(store, blob);
      assert.equal(partial?.verified, 0, 'a refusal gives the root back');
    });

    test('a second writer of a root waits for the first', async (t) => {
      const store = await open(t);
      const blob = await blobOf(2 * MiB);
      const first = await partialOf(store, blob);
      const second = partialOf(store, blob);
      const abort = new AbortController();
      const impatient = store.partial({
        root: blob.root,
        size: blob.bytes.length,
        leaves: async () => blob.leaves,
        signal: abort.signal,
      });
      abort.abort();
      await assert.rejects(impatient, { name: 'AbortError' });
      for (const [i, block] of blob.blocks.entries()) await first?.write(i, block);
      await first?.commit();
      assert.equal(await second, undefined);
    });

    test('reading stops when it is aborted', async (t) => {
      const store = await open(t);
      const { root } = await store.put(noise(3 * MiB));
      const abort = new AbortController();
      const reading = (async () => {
        for await (const _ of store.read(root, undefined, abort.signal)) abort.abort();
      })();
      await assert.rejects(reading, { name: 'AbortError' });
    });
  });
}
