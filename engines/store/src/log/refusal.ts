import { unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fromUtf8, utf8 } from '@isobit/core';
import { isAbsent, readIfThere, syncFolder, writeWhole } from './durable-files.ts';
import { logStoreError } from './errors.ts';

/** Why a log signs nothing any more, kept until the operator resolves it. */
export interface Refusal {
  readonly code: 'LOG_BEHIND' | 'LOG_FORKED';
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The witness that saw it. */
  readonly witness: string;
  /** The checkpoint that shows it, signed by this log's key, where the witness gave it. */
  readonly evidence?: string;
}

const fileIn = (stateDir: string): string => join(stateDir, 'refusal.json');

export async function readRefusal(stateDir: string): Promise<Refusal | undefined> {
  const bytes = await readIfThere(fileIn(stateDir));
  if (!bytes) return undefined;
  try {
    const refusal = JSON.parse(fromUtf8(bytes)) as Refusal;
    if (refusal.code !== 'LOG_BEHIND' && refusal.code !== 'LOG_FORKED')
      throw new TypeError(`code ${refusal.code}`);
    return refusal;
  } catch (cause) {
    throw logStoreError(
      'LOG_CORRUPT',
      `${fileIn(stateDir)} is damaged: look into it before this log signs again`,
      {},
      { cause },
    );
  }
}

/** Durable when it resolves. */
export async function writeRefusal(stateDir: string, refusal: Refusal): Promise<void> {
  await writeWhole(fileIn(stateDir), utf8(`${JSON.stringify(refusal, null, 2)}\n`), stateDir, true);
  await syncFolder(stateDir);
}

/**
 * The operator's word that a refusal is resolved: the newest data was restored, or the other copy of the key is
 * stopped. The log must be closed. Witnesses are asked again at the next start.
 *
 * @param dir the log's folder
 */
export async function clearRefusal(dir: string): Promise<void> {
  const file = fileIn(join(dir, STATE_FOLDER));
  try {
    await unlink(file);
    await syncFolder(dirname(file));
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** Folder of a log's private state inside its public folder; servers do not serve it. */
export const STATE_FOLDER = '.state';
