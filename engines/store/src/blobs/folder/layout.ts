import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { toHex } from '@isobit/core';

/**
 * Where a folder keeps what:
 *
 *     blobs/<2 hex>/<root>          the bytes
 *     blobs/<2 hex>/<root>.leaves   32 bytes a block; written first, so a blob never lacks them
 *     partial/<root>, .leaves       blocks that have arrived, at their places
 *     temp/<random>                 writes in progress; they become something else by rename, or nothing
 */
export interface Layout {
  readonly blobs: string;
  readonly partials: string;
  readonly temps: string;
  blobFolder(root: string): string;
  blob(root: string): string;
  leaves(root: string): string;
  partial(root: string): string;
  partialLeaves(root: string): string;
  /** A name that no other writer uses, in this process or another. */
  temp(): string;
}

export function createLayout(dir: string): Layout {
  const blobs = join(dir, 'blobs');
  const partials = join(dir, 'partial');
  const temps = join(dir, 'temp');
  const blobFolder = (root: string): string => join(blobs, root.slice(0, 2));
  return {
    blobs,
    partials,
    temps,
    blobFolder,
    blob: (root) => join(blobFolder(root), root),
    leaves: (root) => join(blobFolder(root), `${root}.leaves`),
    partial: (root) => join(partials, root),
    partialLeaves: (root) => join(partials, `${root}.leaves`),
    temp: () => join(temps, toHex(randomBytes(16))),
  };
}
