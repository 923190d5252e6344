import { open } from 'node:fs/promises';
import { limits } from '@isobit/core';
import { blockLeaf, blockRoot, type ManifestFile } from '@isobit/model';
import { exactError } from '../../errors.ts';

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
  const wrong = (why: string, cause?: unknown) =>
    exactError(
      'MODEL_BYTES',
      `${file.path} cannot be read from the store: ${why}; pull the model again`,
      { path: file.path },
      cause,
    );
  await using handle = await open(path).catch((error: unknown) => {
    throw wrong('the file does not open', error);
  });
  const { size } = await handle.stat();
  if (size !== file.size) throw wrong(`it has ${size} bytes instead of ${file.size}`);
  const bytes = new Uint8Array(size);
  const leaves: Uint8Array[] = [];
  let start = 0;
  do {
    const block = bytes.subarray(start, Math.min(start + limits.blockBytes, size));
    await fill(handle, block, start, wrong);
    leaves.push(blockLeaf(block));
    start += limits.blockBytes;
  } while (start < size);
  if (blockRoot(leaves) !== file.root) throw wrong('its bytes are not those that the manifest names');
  return bytes;
}

async function fill(
  handle: Awaited<ReturnType<typeof open>>,
  block: Uint8Array,
  position: number,
  wrong: (why: string) => Error,
): Promise<void> {
  for (let at = 0; at < block.length; ) {
    const { bytesRead } = await handle.read(block, at, block.length - at, position + at);
    if (bytesRead === 0) throw wrong('it became shorter while it was read');
    at += bytesRead;
  }
}
