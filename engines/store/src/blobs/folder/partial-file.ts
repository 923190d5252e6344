import { type FileHandle, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { equalBytes, type Hash, limits } from '@isobit/core';
import {
  blockCount,
  blockLeaf,
  blockRange,
  isBlock,
  joinLeaves,
  modelError,
  openLeaves,
} from '@isobit/model';
import { storeError } from '../../errors.ts';
import type { BlobStat, PartialBlob, PartialOptions } from '../blob-store.ts';
import { leafOf } from '../hashing/leaf-hasher.ts';
import { checkRoom, ifPresent, onDisk, readAt, renameDurably, writeAt, writeWhole } from './disk.ts';
import type { Layout } from './layout.ts';

/** From here on threads are worth their start, in blocks. */
const MANY_BLOCKS = 16;
/** Written before the disk is told to begin. */
const FLUSH_BYTES = 32 * limits.blockBytes;

/**
 * A partial blob on disk: a file in which each block stands at its place. Nothing but the bytes is believed when
 * it is opened again: every block is hashed against the verified leaf list, so neither a torn write nor a
 * stranger's edit counts as progress. Several processes may have the same file open: all of them write only
 * verified bytes, hence the same bytes.
 */
export class PartialFile implements PartialBlob {
  readonly size: number;
  readonly blocks: number;
  readonly #root: string;
  readonly #leaves: readonly Hash[];
  readonly #layout: Layout;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #release: () => void;
  readonly #have: Uint8Array;
  #verified = 0;
  #closed = false;
  #unflushed = 0;
  #isFlushing = false;
  #flushing: Promise<void> = Promise.resolve();

  private constructor(
    layout: Layout,
    options: PartialOptions,
    leaves: readonly Hash[],
    handle: FileHandle,
    release: () => void,
  ) {
    this.size = options.size;
    this.blocks = blockCount(options.size);
    this.#root = options.root;
    this.#leaves = leaves;
    this.#layout = layout;
    this.#path = layout.partial(options.root);
    this.#handle = handle;
    this.#release = release;
    this.#have = new Uint8Array(this.blocks);
  }

  /** @param release gives the root back to other writers of this process; called once, when the partial closes */
  static async open(layout: Layout, options: PartialOptions, release: () => void): Promise<PartialFile> {
    let handle: FileHandle | undefined;
    try {
      const leaves = await storedOrFetchedLeaves(layout, options);
      const path = layout.partial(options.root);
      handle = await onDisk(path, async () => {
        await mkdir(layout.partials, { recursive: true });
        // Neither 'w', which empties the file, nor 'a', which ignores positions.
        return open(path, 'r+')
          .catch(() => open(path, 'wx+'))
          .catch(() => open(path, 'r+'));
      });
      const partial = new PartialFile(layout, options, leaves, handle, release);
      await partial.#findBlocks(options);
      await checkRoom(layout.partials, (partial.blocks - partial.#verified) * limits.blockBytes);
      return partial;
    } catch (error) {
      await handle?.close();
      release();
      throw error;
    }
  }

  get verified(): number {
    return this.#verified;
  }

  has(index: number): boolean {
    return this.#have[index] === 1;
  }

  async write(index: number, block: Uint8Array): Promise<boolean> {
    if (this.has(index)) return false;
    const expected = this.#leaves[index];
    const leaf = this.blocks < MANY_BLOCKS ? blockLeaf(block) : await leafOf(block);
    if (!expected || !equalBytes(leaf, expected)) {
      throw modelError(
        'BLOCK_INVALID',
        `these ${block.length} bytes are not block ${index} of ${this.#root}`,
        { root: this.#root, index },
      );
    }
    await onDisk(this.#path, () => writeAt(this.#handle, block, blockRange(index, this.size).start));
    this.#flushSoon(block.length);
    return this.#keep(index);
  }

  async commit(): Promise<BlobStat> {
    if (this.#verified < this.blocks) {
      const missing = this.blocks - this.#verified;
      throw storeError(
        'BLOB_INCOMPLETE',
        `${missing} of ${this.blocks} blocks of ${this.#root} are missing: write them first`,
        { missing },
      );
    }
    const { blob, leaves, blobFolder } = this.#layout;
    await onDisk(this.#path, async () => {
      await this.#flushing;
      await this.#handle.truncate(this.size);
      await this.#handle.datasync();
      await mkdir(blobFolder(this.#root), { recursive: true });
      await writeWhole(leaves(this.#root), this.#layout.temp(), joinLeaves(this.#leaves), true);
    });
    if (await this.#stillMine()) {
      await onDisk(this.#path, () => renameDurably(this.#path, blob(this.#root)));
    } else if (!(await ifPresent(this.#path, () => stat(blob(this.#root))))) {
      throw storeError(
        'BLOB_PARTIAL_LOST',
        `the partial file of ${this.#root} was removed while it was written: pull it again`,
      );
    }
    await rm(this.#layout.partialLeaves(this.#root), { force: true });
    await this[Symbol.asyncDispose]();
    return { root: this.#root, size: this.size, blocks: this.blocks };
  }

  async discard(): Promise<void> {
    await rm(this.#path, { force: true });
    await rm(this.#layout.partialLeaves(this.#root), { force: true });
    await this[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
    this.#release();
  }

  #keep(index: number): boolean {
    if (this.has(index)) return false;
    this.#have[index] = 1;
    this.#verified++;
    return true;
  }

  /** Has the disk begin while more comes, so that little is left to be waited for at the end. */
  #flushSoon(bytes: number): void {
    this.#unflushed += bytes;
    if (this.#unflushed < FLUSH_BYTES || this.#isFlushing) return;
    this.#unflushed = 0;
    this.#isFlushing = true;
    // A failure is told once, and to this call: `commit` has to hear of it.
    this.#flushing = this.#flushing
      .then(() => this.#handle.datasync())
      .finally(() => {
        this.#isFlushing = false;
      });
    this.#flushing.catch(() => undefined);
  }

  /** Another process that pulls the same root may have committed, or an operator removed, the file we write. */
  async #stillMine(): Promise<boolean> {
    const named = await ifPresent(this.#path, () => stat(this.#path));
    const held = await this.#handle.stat();
    return named?.ino === held.ino && named.dev === held.dev;
  }

  async #findBlocks({ signal, onProgress }: PartialOptions): Promise<void> {
    const { size: there } = await this.#handle.stat();
    const buffer = new Uint8Array(limits.blockBytes);
    let bytes = 0;
    for (let index = 0; index < this.blocks; index++) {
      signal?.throwIfAborted();
      const { start, end } = blockRange(index, this.size);
      if (end > there) break;
      const block = buffer.subarray(0, end - start);
      if ((await onDisk(this.#path, () => readAt(this.#handle, block, start))) < block.length) break;
      if (!isBlock(block, index, this.#leaves)) continue;
      this.#keep(index);
      bytes += block.length;
      onProgress?.(bytes);
    }
  }
}

/** The leaf list beside the partial where it leads to the root, else a fresh one, kept for the next attempt. */
async function storedOrFetchedLeaves(
  layout: Layout,
  { root, size, leaves }: PartialOptions,
): Promise<Hash[]> {
  const path = layout.partialLeaves(root);
  const stored = await ifPresent(path, () => readFile(path));
  if (stored) {
    try {
      return openLeaves(stored, root, size);
    } catch {
      // Torn or edited: as good as absent.
    }
  }
  const fetched = await leaves();
  const opened = openLeaves(fetched, root, size);
  await onDisk(path, () => writeWhole(path, layout.temp(), fetched, false));
  return opened;
}
