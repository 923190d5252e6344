import { equalBytes, type Hash } from '@isobit/core';
import { blockLeaf, blockRoot, isBlock, openLeaves } from '@isobit/model';
import { absent, corrupt } from './blob-checks.ts';
import type { BlobStore } from './blob-store.ts';
import { splitBlocks } from './split-blocks.ts';

export interface VerifiedReadOptions {
  readonly store: Pick<BlobStore, 'stat' | 'leaves' | 'read'>;
  readonly root: string;
  readonly signal?: AbortSignal;
}

/**
 * A blob's blocks, each verified before it is given. A block is valid until the next one is asked for.
 *
 * @throws CodedError `BLOB_ABSENT`, `BLOB_CORRUPT` at the first block that is not the tree's
 */
export async function* readVerified({
  store,
  root,
  signal,
}: VerifiedReadOptions): AsyncGenerator<Uint8Array> {
  const stat = await store.stat(root);
  if (!stat) throw absent(root);
  const leaves = openLeaves(await store.leaves(root), root, stat.size);
  let index = 0;
  for await (const block of splitBlocks(store.read(root, undefined, signal), signal)) {
    if (!isBlock(block, index, leaves)) throw corrupt(root, `block ${index}`);
    yield block;
    index++;
  }
}

/** What a scrub found. */
export interface Scrub {
  readonly root: string;
  /** True when every byte is as it was stored. */
  readonly ok: boolean;
  /** Blocks that differ from the leaf list; `undefined` where the list itself is damaged and cannot tell. */
  readonly badBlocks: readonly number[] | undefined;
}

export interface ScrubOptions extends VerifiedReadOptions {
  /** Called after each block with the bytes read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/**
 * Reads a whole blob and compares it with its root. Damage is a result, not an error.
 *
 * @throws CodedError `BLOB_ABSENT`, `STORE_IO`
 */
export async function scrub({ store, root, signal, onProgress }: ScrubOptions): Promise<Scrub> {
  const listed = await leavesOf(store, root);
  const found: Hash[] = [];
  let bytes = 0;
  for await (const block of splitBlocks(store.read(root, undefined, signal), signal)) {
    found.push(blockLeaf(block));
    bytes += block.length;
    onProgress?.(bytes);
  }
  const ok = blockRoot(found) === root;
  if (!listed) return { root, ok, badBlocks: ok ? [] : undefined };
  const badBlocks = Array.from(listed.keys()).filter((i) => {
    const leaf = found[i];
    return !leaf || !equalBytes(leaf, listed[i] as Hash);
  });
  return { root, ok, badBlocks };
}

async function leavesOf(store: ScrubOptions['store'], root: string): Promise<Hash[] | undefined> {
  const stat = await store.stat(root);
  if (!stat) throw absent(root);
  try {
    return openLeaves(await store.leaves(root), root, stat.size);
  } catch {
    return undefined;
  }
}
