import { type FileHandle, mkdir, open, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isCoded } from '@isobit/core';
import { storeError } from '../../errors.ts';

/** Runs a disk operation on `path` and gives its failure a code. */
export async function onDisk<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw diskError(path, error);
  }
}

function diskError(path: string, error: unknown): unknown {
  const errno = (error as NodeJS.ErrnoException | null)?.code;
  if (isCoded(error) || typeof errno !== 'string' || (error as Error).name === 'AbortError') return error;
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return storeError(
      'STORE_FULL',
      `no room on the disk of ${path}: free some space and try again`,
      { path },
      { cause: error },
    );
  }
  return storeError(
    'STORE_IO',
    `the disk refused ${path} (${errno}): check the folder and its permissions`,
    { path, errno },
    { cause: error },
  );
}

export const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';

/** What the operation gives, or undefined where the file is not there. */
export async function ifPresent<T>(path: string, operation: () => Promise<T>): Promise<T | undefined> {
  try {
    return await operation();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskError(path, error);
  }
}

/** Writes all of `bytes` at `position`: a single write may be cut short by a full disk. */
export async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}

/** Fills `into` from `position`. @returns bytes read: fewer only at the end of the file */
export async function readAt(handle: FileHandle, into: Uint8Array, position: number): Promise<number> {
  let at = 0;
  while (at < into.length) {
    const { bytesRead } = await handle.read(into, at, into.length - at, position + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return at;
}

/** Renames, and makes the new name survive a power cut. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Writes a small file whole: under its name it is either absent or complete.
 *
 * @param flush whether it is to survive a power cut, which costs an fsync
 */
export async function writeWhole(
  path: string,
  temp: string,
  bytes: Uint8Array,
  flush: boolean,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(temp, bytes, { flush });
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true });
    throw error;
  }
}

/** @throws CodedError `STORE_FULL` where the disk has less than `bytes` free */
export async function checkRoom(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(path);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw storeError(
    'STORE_FULL',
    `${bytes} bytes are to come and the disk of ${path} has ${free} free: free some space`,
    { path, bytes, free },
  );
}
