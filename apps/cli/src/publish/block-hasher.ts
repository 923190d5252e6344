import { createSha256, type Hash, type Hasher, limits } from '@isobit/core';
import { blockRoot } from '@isobit/model';

/** Computes a file's block-tree root (specs/block-tree.md) from chunks of any size, in constant memory but for the leaves. */
export interface BlockHasher {
  update(chunk: Uint8Array): void;
  /** 64 hex characters. */
  root(): string;
}

const LEAF = Uint8Array.of(0);

export function createBlockHasher(): BlockHasher {
  const leaves: Hash[] = [];
  const fresh = (): Hasher => createSha256().update(LEAF);
  let block = fresh();
  let filled = 0;
  return {
    update(chunk) {
      for (let at = 0; at < chunk.length; ) {
        if (filled === limits.blockBytes) {
          leaves.push(block.digest());
          block = fresh();
          filled = 0;
        }
        const part = chunk.subarray(at, at + limits.blockBytes - filled);
        block.update(part);
        filled += part.length;
        at += part.length;
      }
    },
    root: () => blockRoot([...leaves, block.digest()]),
  };
}
