import { availableParallelism } from 'node:os';
import type { Hash } from '@isobit/core';
import { blockLeaf } from '@isobit/model';
import { HashThread } from './hash-thread.ts';

/** What a leaf's hash begins with (specs/block-tree.md). */
const LEAF = Uint8Array.of(0);

/** Two hash as fast as a pull of 10 Gbit/s comes, on processors with instructions for SHA-256; others gain most. */
const threads = Array.from({ length: Math.min(2, availableParallelism()) }, () => new HashThread());

/**
 * The leaf of a block. Where another thread can see its memory, it is hashed there while this one receives the next:
 * on processors without instructions for SHA-256 hashing takes as long as all the rest of a pull.
 */
export async function leafOf(block: Uint8Array): Promise<Hash> {
  if (!(block.buffer instanceof SharedArrayBuffer)) return blockLeaf(block);
  const [first] = threads.toSorted((a, b) => a.pending - b.pending);
  return (await first?.hash([LEAF, block])) ?? blockLeaf(block);
}
