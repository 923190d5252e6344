import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isHex32 } from '@isobit/core';
import { blockCount, openLeaves } from '@isobit/model';
import { absent, checkRange, checkRoot, checkSize, corrupt } from '../blob-checks.ts';
import type { BlobStat, BlobStore } from '../blob-store.ts';
import { createRootLocks } from '../root-locks.ts';
import { ifPresent, onDisk } from './disk.ts';
import { FileBytes } from './file-bytes.ts';
import { createLayout, type Layout } from './layout.ts';
import { PartialFile } from './partial-file.ts';
import { putFile } from './put-file.ts';

export interface BlobFolderOptions {
  /** Created where it does not exist. Several processes may share it. */
  readonly dir: string;
}

/** A `BlobStore` in a folder. */
export interface BlobFolder extends BlobStore {
  /** The blob's file, for a process that verifies as it reads. It need not exist. */
  path(root: string): string;
  /** The file of its leaf list, 32 bytes a block. It need not exist either. */
  leavesPath(root: string): string;
}

/** A temporary file that nobody has written to for so long belongs to a process that was killed. */
const ABANDONED_MS = 24 * 60 * 60_000;

/**
 * Opens a content-addressed folder of model files. Writes end in fsync and rename: after a power cut a name
 * leads to a whole blob or to nothing.
 *
 * @throws CodedError `STORE_IO` when the folder cannot be made
 */
export async function openBlobFolder({ dir }: BlobFolderOptions): Promise<BlobFolder> {
  const layout = createLayout(dir);
  const locks = createRootLocks();
  await onDisk(dir, async () => {
    for (const folder of [layout.blobs, layout.partials, layout.temps])
      await mkdir(folder, { recursive: true });
  });
  await removeAbandoned(layout.temps);

  const statBlob = async (root: string): Promise<BlobStat | undefined> => {
    checkRoot(root);
    const found = await ifPresent(layout.blob(root), () => stat(layout.blob(root)));
    return found && { root, size: found.size, blocks: blockCount(found.size) };
  };
  const present = async (root: string): Promise<BlobStat> => {
    const found = await statBlob(root);
    if (!found) throw absent(root);
    return found;
  };

  return {
    path(root) {
      checkRoot(root);
      return layout.blob(root);
    },
    leavesPath(root) {
      checkRoot(root);
      return layout.leaves(root);
    },
    put: (bytes, options = {}) => putFile(layout, bytes, options),
    has: async (root) => (await statBlob(root)) !== undefined,
    stat: statBlob,
    read: (root, range, signal) =>
      new FileBytes(async () => {
        const stat = await present(root);
        return { path: layout.blob(root), root, range: checkRange(stat, range) };
      }, signal),
    async leaves(root) {
      const { size } = await present(root);
      const path = layout.leaves(root);
      const bytes = await ifPresent(path, () => readFile(path));
      if (!bytes) throw corrupt(root, 'its leaf list is gone');
      try {
        openLeaves(bytes, root, size);
      } catch {
        throw corrupt(root, 'its leaf list leads to another root, or its size changed');
      }
      return bytes;
    },
    list: () => listBlobs(layout, statBlob),
    async remove(root) {
      checkRoot(root);
      const paths = [
        layout.blob(root),
        layout.leaves(root),
        layout.partial(root),
        layout.partialLeaves(root),
      ];
      const gone = await Promise.all(paths.map((path) => ifPresent(path, () => rm(path).then(() => true))));
      return gone[0] === true || gone[2] === true;
    },
    async partial(options) {
      checkRoot(options.root);
      checkSize(options.size);
      const release = await locks.acquire(options.root, options.signal);
      if (await statBlob(options.root)) {
        release();
        return undefined;
      }
      return PartialFile.open(layout, options, release);
    },
  };
}

async function* listBlobs(
  layout: Layout,
  statBlob: (root: string) => Promise<BlobStat | undefined>,
): AsyncGenerator<BlobStat> {
  for (const folder of await onDisk(layout.blobs, () => readdir(layout.blobs))) {
    const path = join(layout.blobs, folder);
    for (const name of (await ifPresent(path, () => readdir(path))) ?? []) {
      const found = isHex32(name) ? await statBlob(name) : undefined;
      if (found) yield found;
    }
  }
}

async function removeAbandoned(temps: string): Promise<void> {
  for (const name of await onDisk(temps, () => readdir(temps))) {
    const path = join(temps, name);
    const found = await ifPresent(path, () => stat(path));
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}
