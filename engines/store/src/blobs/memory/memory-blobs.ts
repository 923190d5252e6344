import type { Hash } from '@isobit/core';
import {
  blockCount,
  blockLeaf,
  blockRange,
  blockRoot,
  isBlock,
  joinLeaves,
  modelError,
  openLeaves,
} from '@isobit/model';
import { storeError } from '../../errors.ts';
import { absent, checkRange, checkRoot, checkSize } from '../blob-checks.ts';
import type { BlobStat, BlobStore, PartialBlob, PartialOptions } from '../blob-store.ts';
import { createRootLocks } from '../root-locks.ts';
import { splitBlocks } from '../split-blocks.ts';

/** Blocks in order; a hole is a block that has not arrived. */
interface Held {
  readonly size: number;
  readonly leaves: Uint8Array;
  readonly blocks: (Uint8Array | undefined)[];
}

/** A `BlobStore` in memory: for tests, and for programs in a browser. Imports nothing of Node. */
export function createMemoryBlobs(): BlobStore {
  const whole = new Map<string, Held>();
  const partials = new Map<string, Held>();
  const locks = createRootLocks();

  const statOf = (root: string): BlobStat | undefined => {
    checkRoot(root);
    const held = whole.get(root);
    return held && { root, size: held.size, blocks: held.blocks.length };
  };
  const present = (root: string): Held => {
    checkRoot(root);
    const held = whole.get(root);
    if (!held) throw absent(root);
    return held;
  };

  return {
    async put(bytes, { signal, onProgress } = {}) {
      const blocks: Uint8Array[] = [];
      const leaves: Hash[] = [];
      let size = 0;
      for await (const block of splitBlocks(bytes, signal)) {
        checkSize(size + block.length);
        blocks.push(block.slice());
        leaves.push(blockLeaf(block));
        size += block.length;
        onProgress?.(size);
      }
      signal?.throwIfAborted();
      const root = blockRoot(leaves);
      whole.set(root, { size, leaves: joinLeaves(leaves), blocks });
      return { root, size, blocks: blocks.length };
    },
    has: async (root) => statOf(root) !== undefined,
    stat: async (root) => statOf(root),
    async *read(root, range, signal) {
      const held = present(root);
      const { start, end } = checkRange({ root, size: held.size, blocks: held.blocks.length }, range);
      for (const [index, block] of held.blocks.entries()) {
        const place = blockRange(index, held.size);
        if (place.end <= start || place.start >= end) continue;
        signal?.throwIfAborted();
        yield (block as Uint8Array).slice(Math.max(0, start - place.start), end - place.start);
      }
    },
    leaves: async (root) => present(root).leaves.slice(),
    async *list() {
      for (const root of whole.keys()) yield statOf(root) as BlobStat;
    },
    async remove(root) {
      checkRoot(root);
      return [whole.delete(root), partials.delete(root)].includes(true);
    },
    async partial(options) {
      checkRoot(options.root);
      checkSize(options.size);
      const release = await locks.acquire(options.root, options.signal);
      try {
        if (!whole.has(options.root)) return await openPartial(whole, partials, options, release);
      } catch (error) {
        release();
        throw error;
      }
      release();
      return undefined;
    },
  };
}

async function openPartial(
  whole: Map<string, Held>,
  partials: Map<string, Held>,
  { root, size, leaves: fetchLeaves, onProgress }: PartialOptions,
  release: () => void,
): Promise<PartialBlob> {
  const earlier = partials.get(root);
  const bytes = earlier?.size === size ? earlier.leaves : await fetchLeaves();
  const leaves = openLeaves(bytes, root, size);
  const count = blockCount(size);
  const held: Held =
    earlier?.size === size
      ? earlier
      : { size, leaves: bytes.slice(), blocks: Array.from({ length: count }, () => undefined) };
  partials.set(root, held);
  onProgress?.(held.blocks.reduce((sum, block) => sum + (block?.length ?? 0), 0));
  const verified = (): number => held.blocks.filter(Boolean).length;
  return {
    size,
    blocks: count,
    get verified() {
      return verified();
    },
    has: (index) => held.blocks[index] !== undefined,
    async write(index, block) {
      if (held.blocks[index]) return false;
      if (!isBlock(block, index, leaves)) {
        throw modelError('BLOCK_INVALID', `these ${block.length} bytes are not block ${index} of ${root}`, {
          root,
          index,
        });
      }
      held.blocks[index] = block.slice();
      return true;
    },
    async commit() {
      const missing = count - verified();
      if (missing > 0) {
        throw storeError(
          'BLOB_INCOMPLETE',
          `${missing} of ${count} blocks of ${root} are missing: write them first`,
          { missing },
        );
      }
      if (partials.get(root) !== held) {
        throw storeError(
          'BLOB_PARTIAL_LOST',
          `the partial of ${root} was removed while it was written: pull it again`,
        );
      }
      partials.delete(root);
      whole.set(root, held);
      release();
      return { root, size, blocks: count };
    },
    async discard() {
      partials.delete(root);
      release();
    },
    async [Symbol.asyncDispose]() {
      release();
    },
  };
}
