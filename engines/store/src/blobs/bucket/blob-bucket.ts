import { isHex32 } from '@isobit/core';
import { blockCount, openLeaves } from '@isobit/model';
import { absent, checkRange, checkRoot, checkSize, corrupt } from '../blob-checks.ts';
import type { BlobStat, BlobStore, PartialBlob } from '../blob-store.ts';
import { createRootLocks } from '../root-locks.ts';
import { createS3Client, type S3ClientOptions } from './s3-client.ts';
import { readListing } from './s3-xml.ts';
import { upload } from './upload.ts';

export interface BlobBucketOptions extends S3ClientOptions {
  /** Put before every key, such as `isobit/`; empty where absent. */
  readonly prefix?: string;
  /**
   * Where blobs stand until they are whole, usually a folder: their name is known only at their end, and blocks
   * come in any order. What a crash leaves there is picked up by the next `partial`.
   */
  readonly spool: BlobStore;
}

/**
 * A `BlobStore` in an S3-compatible bucket: `blobs/<root>` and `leaves/<root>`. The leaf list goes first, so a
 * blob never lacks it, and a blob's object appears whole or not at all.
 */
export function openBlobBucket({ prefix = '', spool, ...options }: BlobBucketOptions): BlobStore {
  const client = createS3Client(options);
  const locks = createRootLocks();
  const blobKey = (root: string): string => `${prefix}blobs/${root}`;
  const leavesKey = (root: string): string => `${prefix}leaves/${root}`;

  const statBlob = async (root: string): Promise<BlobStat | undefined> => {
    checkRoot(root);
    const head = await client.send({ method: 'HEAD', key: blobKey(root) });
    if (!head) return undefined;
    const size = Number(head.headers.get('content-length'));
    return { root, size, blocks: blockCount(size) };
  };
  const present = async (root: string): Promise<BlobStat> => {
    const found = await statBlob(root);
    if (!found) throw absent(root);
    return found;
  };
  const moveFromSpool = async (stat: BlobStat, signal?: AbortSignal): Promise<BlobStat> => {
    const aborting = signal ? { signal } : {};
    await client.send({
      method: 'PUT',
      key: leavesKey(stat.root),
      body: await spool.leaves(stat.root),
      ...aborting,
    });
    await upload({ client, key: blobKey(stat.root), source: spool, stat, ...aborting });
    await spool.remove(stat.root);
    return stat;
  };

  return {
    async put(bytes, putOptions = {}) {
      const stat = await spool.put(bytes, putOptions);
      return moveFromSpool(stat, putOptions.signal);
    },
    has: async (root) => (await statBlob(root)) !== undefined,
    stat: statBlob,
    async *read(root, range, signal) {
      const { start, end } = checkRange(await present(root), range);
      if (start === end) return;
      const headers = { range: `bytes=${start}-${end - 1}` };
      const answer = await client.send({
        method: 'GET',
        key: blobKey(root),
        headers,
        ...(signal ? { signal } : {}),
      });
      if (!answer?.body) throw absent(root);
      if (answer.status !== 206) throw corrupt(root, `the bucket answered ${answer.status} to a range`);
      let at = start;
      for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
        signal?.throwIfAborted();
        at += chunk.length;
        yield chunk;
      }
      if (at !== end) throw corrupt(root, `the bucket ended at byte ${at}`);
    },
    async leaves(root) {
      const { size } = await present(root);
      const answer = await client.send({ method: 'GET', key: leavesKey(root) });
      if (!answer) throw corrupt(root, 'its leaf list is gone');
      const bytes = new Uint8Array(await answer.arrayBuffer());
      try {
        openLeaves(bytes, root, size);
      } catch {
        throw corrupt(root, 'its leaf list leads to another root, or its size changed');
      }
      return bytes;
    },
    async *list() {
      const start = blobKey('');
      for (let next: string | undefined = ''; next !== undefined; ) {
        const query = { 'list-type': '2', prefix: start, ...(next ? { 'continuation-token': next } : {}) };
        const page = readListing((await (await client.send({ method: 'GET', query }))?.text()) ?? '');
        for (const { key, size } of page.objects) {
          const root = key.slice(start.length);
          if (isHex32(root)) yield { root, size, blocks: blockCount(size) };
        }
        next = page.next;
      }
    },
    async remove(root) {
      const found = await statBlob(root);
      await client.send({ method: 'DELETE', key: blobKey(root) });
      await client.send({ method: 'DELETE', key: leavesKey(root) });
      return (await spool.remove(root)) || found !== undefined;
    },
    async partial(partialOptions) {
      const { root, size, signal } = partialOptions;
      checkRoot(root);
      checkSize(size);
      const release = await locks.acquire(root, signal);
      try {
        const partial = (await statBlob(root)) ? undefined : await spool.partial(partialOptions);
        if (partial) return ending(partial, moveFromSpool, release);
        // A crash after the last block and before the upload leaves a whole blob in the spool.
        const spooled = await spool.stat(root);
        if (spooled) await moveFromSpool(spooled, signal);
      } catch (error) {
        release();
        throw error;
      }
      release();
      return undefined;
    },
  };
}

/** The spool's partial, whose end is the upload. */
function ending(
  partial: PartialBlob,
  move: (stat: BlobStat) => Promise<BlobStat>,
  release: () => void,
): PartialBlob {
  return {
    size: partial.size,
    blocks: partial.blocks,
    get verified() {
      return partial.verified;
    },
    has: (index) => partial.has(index),
    write: (index, block) => partial.write(index, block),
    async commit() {
      const stat = await move(await partial.commit());
      release();
      return stat;
    },
    async discard() {
      await partial.discard();
      release();
    },
    async [Symbol.asyncDispose]() {
      await partial[Symbol.asyncDispose]();
      release();
    },
  };
}
