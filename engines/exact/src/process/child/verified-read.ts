import { limits } from '@isobit/core';
import { blockLeaf, blockRange, blockRoot, type ManifestFile } from '@isobit/model';
import { exactError } from '../../errors.ts';
import { openBlockFile } from './block-file.ts';

/**
 * Reads a local file that is said to be one of a model's, block by block.
 *
 * @throws CodedError `MODEL_BYTES` when it is absent or its block tree has another root
 */
export async function verifiedRead(path: string, file: ManifestFile): Promise<Uint8Array> {
  if (file.size > limits.onnxBytes)
    throw exactError(
      'MODEL_TOO_LARGE',
      `${file.path} has ${file.size} bytes; an ONNX file has at most ${limits.onnxBytes}`,
    );
  await using blocks = await openBlockFile(path, file);
  const bytes = new Uint8Array(file.size);
  const leaves: Uint8Array[] = [];
  for (let index = 0; index < blocks.blocks; index++) {
    const { start, end } = blockRange(index, file.size);
    const block = bytes.subarray(start, end);
    await blocks.read(index, block);
    leaves.push(blockLeaf(block));
  }
  if (blockRoot(leaves) !== file.root) throw blocks.wrong('its bytes are not those that the manifest names');
  return bytes;
}
