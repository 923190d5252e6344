import { mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

const isCode = (error: unknown, code: string): boolean =>
  (error as NodeJS.ErrnoException | null)?.code === code;
export const isAbsent = (error: unknown): boolean => isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR');

let counter = 0;

/**
 * Writes a file under its final name only when all its bytes are there.
 *
 * @param scratch a folder on the same file system, where half-written files may lie
 * @param durable fsync before the rename; the caller then syncs the folder with `syncFolder`
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array,
  scratch: string,
  durable: boolean,
): Promise<void> {
  const temporary = `${scratch}/${process.pid}-${counter++}`;
  try {
    await using file = await open(temporary, 'w');
    await file.writeFile(bytes);
    if (durable) await file.sync();
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  try {
    await rename(temporary, path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
    await mkdir(dirname(path), { recursive: true });
    await rename(temporary, path);
  }
}

/** Makes renames and new names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, 'r');
  await folder.sync();
}

export async function readIfThere(path: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path, { signal }));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
