import { setTimeout as wait } from 'node:timers/promises';
import type { BlobStore } from '@isobit/store';
import { override } from './override.ts';

/** A host whose blocks are wrong in one byte each. */
export const badBlocks = (store: BlobStore): BlobStore =>
  override(store, {
    async *read(root, range, signal) {
      for await (const chunk of store.read(root, range, signal)) {
        const spoiled = chunk.slice();
        if (spoiled.length) spoiled[0] = (spoiled[0] as number) ^ 0xff;
        yield spoiled;
      }
    },
  });

/** A host that gives a trickle: each chunk comes after `delayMs`. */
export const slowBlocks =
  (delayMs: number) =>
  (store: BlobStore): BlobStore =>
    override(store, {
      async *read(root, range, signal) {
        for await (const chunk of store.read(root, range, signal)) {
          await wait(delayMs, undefined, signal ? { signal } : {});
          yield chunk;
        }
      },
    });
