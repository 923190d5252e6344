import type { Hash } from '@isobit/core';
import { blockLeaf } from '@isobit/model';
import { HashThread } from './hash-thread.ts';

/** What a leaf's hash begins with (specs/block-tree.md). */
const LEAF = Uint8Array.of(0);
/** With so many blocks waiting the thread is busy for some milliseconds: what comes then is hashed here meanwhile. */
const ENOUGH = 2;

const thread = new HashThread();

/**
 * The leaf of a block. Where another thread can see its memory, and has the time, it is hashed there while this one
 * receives the next: on processors without instructions for SHA-256 hashing takes longer than all the rest of a pull.
 */
export async function leafOf(block: Uint8Array): Promise<Hash> {
  const isShared = block.buffer instanceof SharedArrayBuffer;
  const elsewhere = isShared && thread.pending < ENOUGH ? thread.hash([LEAF, block]) : undefined;
  return (await elsewhere) ?? blockLeaf(block);
}
