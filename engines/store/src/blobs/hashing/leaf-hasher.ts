import type { Hash } from '@isobit/core';
import { blockLeaf } from '@isobit/model';
import { HashThread } from './hash-thread.ts';

/** With so many blocks waiting, more than one pull has on its way, what comes then is hashed here meanwhile. */
const ENOUGH = 16;

const thread = new HashThread();

/**
 * The leaf of a block. Where another thread can see its memory, and has the time, it is hashed there while this one
 * receives the next: on processors without instructions for SHA-256 hashing takes longer than all the rest of a pull.
 */
export async function leafOf(block: Uint8Array): Promise<Hash> {
  const isShared = block.buffer instanceof SharedArrayBuffer;
  const elsewhere = isShared && thread.pending < ENOUGH ? thread.leafOf(block) : undefined;
  return (await elsewhere) ?? blockLeaf(block);
}
