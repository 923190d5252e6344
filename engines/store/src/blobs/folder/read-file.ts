import { type FileHandle, open } from 'node:fs/promises';
import { corrupt } from '../blob-checks.ts';
import type { ByteRange } from '../blob-store.ts';
import { onDisk } from './disk.ts';

/** Bytes read at a time: large enough that the hop to the thread pool is cheap, small beside a block. */
const CHUNK_BYTES = 512 * 1024;

/**
 * Bytes [start, end) of a blob's file, each chunk in memory of its own. One chunk is read ahead while the last is
 * used. The file is closed when the reader stops.
 */
export async function* readFileRange(
  path: string,
  root: string,
  { start, end }: ByteRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (start === end) return;
  await using file = await onDisk(path, () => open(path, 'r'));
  const readAhead = (at: number): Promise<Uint8Array> => {
    const chunk = readChunk(file, path, at, end);
    // It may fail while the reader is busy with the chunk before: whoever awaits it hears of that.
    chunk.catch(() => undefined);
    return chunk;
  };
  let ahead = readAhead(start);
  try {
    for (let at = start; at < end; ) {
      const chunk = await ahead;
      signal?.throwIfAborted();
      if (chunk.length === 0) throw corrupt(root, `its file ends at byte ${at}`);
      at += chunk.length;
      if (at < end) ahead = readAhead(at);
      yield chunk;
    }
  } finally {
    // The file may not be closed under a read; what came of it is no longer wanted.
    await ahead.catch(() => undefined);
  }
}

/** The next bytes at `position`; none at the end of the file. */
async function readChunk(file: FileHandle, path: string, position: number, end: number): Promise<Uint8Array> {
  const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - position));
  const { bytesRead } = await onDisk(path, () => file.read(chunk, 0, chunk.length, position));
  return chunk.subarray(0, bytesRead);
}
