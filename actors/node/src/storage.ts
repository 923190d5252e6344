import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeCanonical, isCoded } from '@isobit/core';
import {
  type BlobFolder,
  type Log,
  type OpenedDatabase,
  openBlobFolder,
  openDatabase,
  openLog,
} from '@isobit/store';
import { nodeError } from './errors.ts';
import type { Identity } from './identity.ts';

/** What a node keeps on disk, in its data folder. */
export interface Storage extends AsyncDisposable {
  readonly log: Log;
  readonly blobs: BlobFolder;
  readonly database: OpenedDatabase;
}

/** @throws CodedError `DATA_IN_USE` where another process works there; or of the parts */
export async function openStorage(dataDir: string, { key, logKey, binding }: Identity): Promise<Storage> {
  await using cleanup = new AsyncDisposableStack();
  // The log first: its lock is that of the whole folder.
  const log = cleanup.use(
    await openLog({ dir: join(dataDir, 'log'), key, noteKey: logKey }).catch((error: unknown) => {
      throw isCoded(error, 'LOG_LOCKED') ? inUse(dataDir, error) : error;
    }),
  );
  // Beside the public files, so that who audits the folder knows whose it says it is.
  await writeFile(join(dataDir, 'log', 'key'), encodeCanonical(binding));
  const dir = join(dataDir, 'blobs');
  await mkdir(dir, { recursive: true });
  const blobs = await openBlobFolder({ dir });
  const database = cleanup.use(await openDatabase({ file: join(dataDir, 'node.sqlite') }));
  const stack = cleanup.move();
  return { log, blobs, database, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const inUse = (dataDir: string, cause: unknown): Error =>
  nodeError(
    'DATA_IN_USE',
    `another node works in ${dataDir}; stop it, or give this one its own folder with --data`,
    { dataDir },
    { cause },
  );
