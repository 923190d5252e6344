import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { limits } from '@isobit/core';
import type { BlobStore } from '@isobit/store';

/** Where a pull goes when nobody looks at what comes: the same writes, fsync and rename, and no hash. */
export function unverified(dir: string): Pick<BlobStore, 'partial'> {
  return {
    async partial({ root, size, leaves }) {
      await leaves();
      const path = join(dir, root);
      const file = await open(`${path}.part`, 'wx');
      const blocks = Math.ceil(size / limits.blockBytes);
      const have = new Set<number>();
      return {
        size,
        blocks,
        get verified() {
          return have.size;
        },
        has: (index) => have.has(index),
        async write(index, block) {
          await file.write(block, 0, block.length, index * limits.blockBytes);
          have.add(index);
          return true;
        },
        async commit() {
          await file.datasync();
          await rename(`${path}.part`, path);
          await using folder = await open(dir, 'r');
          await folder.sync();
          return { root, size, blocks };
        },
        discard: () => file.close(),
        [Symbol.asyncDispose]: () => file.close(),
      };
    },
  };
}
