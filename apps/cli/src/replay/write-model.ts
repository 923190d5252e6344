import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Manifest, modelSize } from '@isobit/model';
import { createHttpSource, openBlobFolder, pullModel } from '@isobit/store';
import { cliError } from '../errors.ts';
import { reason } from '../files/read-file.ts';
import { startProgress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';

export interface WriteModelOptions {
  readonly manifest: Manifest;
  /** Folder for the files; made where it is not there. */
  readonly dir: string;
  /** The node that holds them. */
  readonly baseUrl: string;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Where blocks wait until their file is whole; a second attempt goes on from there. */
const PARTIAL = '.isobit-pull';

/**
 * Writes a model's files into a folder, each block verified on the way. A file appears only when it is whole.
 *
 * @returns the paths written
 * @throws CodedError `FILE`; of the pull
 */
export async function writeModel(options: WriteModelOptions): Promise<string[]> {
  const { manifest, dir, baseUrl, terminal, signal } = options;
  const partial = join(dir, PARTIAL);
  const store = await openBlobFolder({ dir: partial });
  await using source = createHttpSource({ url: baseUrl, allowPrivate: true });
  {
    using progress = startProgress(terminal, 'write', modelSize(manifest));
    await pullModel({
      manifest,
      sources: [source],
      store,
      signal,
      onProgress: ({ bytes }) => progress.update(bytes),
    });
  }
  const written: string[] = [];
  const last = new Map(manifest.files.map(({ root, path }) => [root, path]));
  for (const { path, root } of manifest.files) {
    const target = join(dir, path);
    try {
      await mkdir(dirname(target), { recursive: true });
      // A blob that several files share is moved for the last of them only.
      if (last.get(root) === path) await rename(store.path(root), target);
      else await copyFile(store.path(root), target);
    } catch (error) {
      throw cliError('FILE', `${target} can't be written: ${reason(error)}`, error);
    }
    written.push(target);
  }
  await rm(partial, { recursive: true, force: true });
  return written;
}
