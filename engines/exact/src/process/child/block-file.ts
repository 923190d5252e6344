import { type FileHandle, open } from 'node:fs/promises';
import type { CodedError } from '@isobit/core';
import { limits } from '@isobit/core';
import { blockCount, type ManifestFile } from '@isobit/model';
import { exactError } from '../../errors.ts';

/** A local file that is said to be one of a model's, block by block. Nothing of it is verified here. */
export interface BlockFile extends AsyncDisposable {
  readonly size: number;
  readonly blocks: number;
  /** Fills `into`, which is as long as the block. @throws CodedError `MODEL_BYTES` where the file ends before */
  read(index: number, into: Uint8Array): Promise<void>;
  /** The error for bytes that are not the model's. */
  wrong(why: string, cause?: unknown): CodedError;
}

/** @throws CodedError `MODEL_BYTES` where it is absent or has another size */
export async function openBlockFile(path: string, { size, path: name }: ManifestFile): Promise<BlockFile> {
  const wrong = (why: string, cause?: unknown) =>
    exactError(
      'MODEL_BYTES',
      `${name} cannot be read from the store: ${why}; pull the model again`,
      { path: name },
      cause,
    );
  const handle = await open(path).catch((error: unknown) => {
    throw wrong('the file does not open', error);
  });
  const found = await handle.stat();
  if (found.size !== size) {
    await handle.close();
    throw wrong(`it has ${found.size} bytes instead of ${size}`);
  }
  return {
    size,
    blocks: blockCount(size),
    wrong,
    read: (index, into) => fill(handle, into, index * limits.blockBytes, wrong),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function fill(
  handle: FileHandle,
  block: Uint8Array,
  position: number,
  wrong: BlockFile['wrong'],
): Promise<void> {
  for (let at = 0; at < block.length; ) {
    const { bytesRead } = await handle.read(block, at, block.length - at, position + at);
    if (bytesRead === 0) throw wrong('it became shorter while it was read');
    at += bytesRead;
  }
}
