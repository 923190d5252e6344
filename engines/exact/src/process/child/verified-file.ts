import { type Hash, isCoded, limits } from '@isobit/core';
import { blockLeaf, blockRange, blockRoot, isBlock, type ManifestFile, openLeaves } from '@isobit/model';
import type { ModelBytes } from '../../model-bytes.ts';
import { type BlockFile, openBlockFile } from './block-file.ts';

/**
 * A local file that is said to be one of a model's, to be read in pieces: each block is verified before a byte of it
 * is given, and only the last one is kept.
 *
 * @param leaves the leaf list as the store keeps it, 32 bytes a block; where absent, the whole file is hashed first
 * @throws CodedError `MODEL_BYTES` when the file is absent, has another size or its block tree another root
 */
export async function openVerifiedFile(
  path: string,
  file: ManifestFile,
  leaves?: Uint8Array,
): Promise<ModelBytes> {
  const blocks = await openBlockFile(path, file);
  try {
    return verifiedFile(path, blocks, leaves ? leavesOf(blocks, file, leaves) : await hashAll(blocks, file));
  } catch (error) {
    await blocks[Symbol.asyncDispose]();
    throw error;
  }
}

function leavesOf(blocks: BlockFile, { root, size }: ManifestFile, leaves: Uint8Array): readonly Hash[] {
  try {
    return openLeaves(leaves, root, size);
  } catch (error) {
    if (!isCoded(error)) throw error;
    throw blocks.wrong('its list of blocks leads to another root', error);
  }
}

async function hashAll(blocks: BlockFile, { root, size }: ManifestFile): Promise<readonly Hash[]> {
  const leaves: Hash[] = [];
  const buffer = new Uint8Array(Math.min(size, limits.blockBytes));
  for (let index = 0; index < blocks.blocks; index++) {
    const { start, end } = blockRange(index, size);
    const block = buffer.subarray(0, end - start);
    await blocks.read(index, block);
    leaves.push(blockLeaf(block));
  }
  if (blockRoot(leaves) !== root) throw blocks.wrong('its bytes are not those that the manifest names');
  return leaves;
}

function verifiedFile(file: string, blocks: BlockFile, leaves: readonly Hash[]): ModelBytes {
  const { size } = blocks;
  let kept: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  async function block(index: number): Promise<Uint8Array> {
    if (kept?.index === index) return kept.bytes;
    const { start, end } = blockRange(index, size);
    const bytes = new Uint8Array(end - start);
    await blocks.read(index, bytes);
    // It may have changed since its list was made.
    if (!isBlock(bytes, index, leaves))
      throw blocks.wrong(`block ${index} is not the one that the manifest names`);
    kept = { index, bytes };
    return bytes;
  }

  return {
    size,
    file,
    async read(start, end) {
      const out = new Uint8Array(end - start);
      for (let at = start; at < end; ) {
        const index = Math.floor(at / limits.blockBytes);
        const from = at - index * limits.blockBytes;
        const piece = (await block(index)).subarray(from, from + end - at);
        out.set(piece, at - start);
        at += piece.length;
      }
      return out;
    },
    [Symbol.asyncDispose]: () => blocks[Symbol.asyncDispose](),
  };
}
