import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { createMerkleBuilder, toHex } from '@isobit/core';
import { blockCount, blockLeaf } from '@isobit/model';
import { checkSize } from '../blob-checks.ts';
import type { BlobStat, PutOptions } from '../blob-store.ts';
import { splitBlocks } from '../split-blocks.ts';
import { onDisk, renameDurably, writeAt } from './disk.ts';
import type { Layout } from './layout.ts';

/** Streams into temporary files, then renames them under the root that came out. */
export async function putFile(
  layout: Layout,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { signal, onProgress }: PutOptions,
): Promise<BlobStat> {
  const blobTemp = layout.temp();
  const leavesTemp = layout.temp();
  try {
    await using blob = await onDisk(blobTemp, () => open(blobTemp, 'wx'));
    await using leaves = await onDisk(leavesTemp, () => open(leavesTemp, 'wx'));
    const { root, size } = await writeBlocks(splitBlocks(bytes, signal), blob, leaves, onProgress, blobTemp);
    signal?.throwIfAborted();
    await onDisk(blobTemp, async () => {
      await Promise.all([blob.datasync(), leaves.datasync()]);
      await mkdir(layout.blobFolder(root), { recursive: true });
      await renameDurably(leavesTemp, layout.leaves(root));
      await renameDurably(blobTemp, layout.blob(root));
    });
    return { root, size, blocks: blockCount(size) };
  } finally {
    await Promise.all([rm(blobTemp, { force: true }), rm(leavesTemp, { force: true })]);
  }
}

async function writeBlocks(
  blocks: AsyncIterable<Uint8Array>,
  blob: FileHandle,
  leaves: FileHandle,
  onProgress: PutOptions['onProgress'],
  path: string,
): Promise<{ root: string; size: number }> {
  const tree = createMerkleBuilder();
  let size = 0;
  for await (const block of blocks) {
    checkSize(size + block.length);
    const leaf = blockLeaf(block);
    const position = size;
    await onDisk(path, async () => {
      await writeAt(blob, block, position);
      await writeAt(leaves, leaf, tree.size * leaf.length);
    });
    tree.append(leaf);
    size += block.length;
    onProgress?.(size);
  }
  return { root: toHex(tree.root()), size };
}
