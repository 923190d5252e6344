import { createSha256, equalBytes, type Hash, limits, merkleRoot, toHex } from '@isobit/core';
import { modelError } from './errors.ts';

/** Blocks of a file of `size` bytes: at least one, so that the empty file has a root too. */
export const blockCount = (size: number): number => Math.max(1, Math.ceil(size / limits.blockBytes));

/** Byte range [start, end) of block `index` in a file of `size` bytes. */
export function blockRange(index: number, size: number): { start: number; end: number } {
  const start = index * limits.blockBytes;
  return { start, end: Math.min(start + limits.blockBytes, size) };
}

const LEAF = Uint8Array.of(0);

/** Leaf of one block's bytes (specs/block-tree.md): `leafHash` without its copy of a megabyte. */
export const blockLeaf = (block: Uint8Array): Hash => createSha256().update(LEAF).update(block).digest();

/**
 * Root of a file: the Merkle root over the leaves of its blocks. It fixes the size too: every block but the last
 * is full, and a leaf hashes its block's bytes.
 */
export const blockRoot = (leaves: readonly Hash[]): string => toHex(merkleRoot(leaves));

/** A file's leaves, 32 bytes each, as they travel. */
export function joinLeaves(leaves: readonly Hash[]): Uint8Array {
  const out = new Uint8Array(leaves.length * 32);
  leaves.forEach((leaf, i) => {
    out.set(leaf, i * 32);
  });
  return out;
}

/**
 * Reads the leaf list of a file and checks it against the root.
 *
 * @throws CodedError `BLOCK_INVALID` when the length does not fit the size or the root differs
 */
export function openLeaves(bytes: Uint8Array, root: string, size: number): Hash[] {
  const count = blockCount(size);
  if (bytes.length !== count * 32) {
    throw modelError(
      'BLOCK_INVALID',
      `a file of ${size} bytes has ${count} leaves, the list holds ${bytes.length / 32}`,
    );
  }
  const leaves = Array.from({ length: count }, (_, i) => bytes.slice(i * 32, i * 32 + 32));
  if (blockRoot(leaves) !== root)
    throw modelError('BLOCK_INVALID', `the leaf list does not lead to the root ${root}`);
  return leaves;
}

/** True when `block` is block `index` of the file whose verified leaves are given. */
export const isBlock = (block: Uint8Array, index: number, leaves: readonly Hash[]): boolean => {
  const leaf = leaves[index];
  return leaf !== undefined && equalBytes(blockLeaf(block), leaf);
};
