import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromHex, isHex32, type NodeKey, type NoteKey, nodeKey } from '@isobit/core';
import { deriveLogKeys, type LogKeyDocument } from '@isobit/log';
import { nodeError } from './errors.ts';
import { fastSigning } from './fast-signing.ts';

/** Everything a node signs with. The Ed25519 keys derive from the node key, so `node.key` is all there is to back up. */
export interface Identity {
  readonly key: NodeKey;
  readonly logKey: NoteKey;
  readonly witnessKey: NoteKey;
  /** The document by which the node key names the other two. */
  readonly binding: LogKeyDocument;
  /** Whether the node key was made by this very call: nobody can have seen anything signed by it. */
  readonly isNew: boolean;
  /** Lets its bearer change the node over HTTP. */
  readonly operatorToken: string;
}

/**
 * Reads the node's keys from its data folder, or makes them on the first start.
 *
 * @throws CodedError `KEY_FILE`
 */
export async function openIdentity(dataDir: string): Promise<Identity> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const { text: secret, isNew } = await secretFile(join(dataDir, 'node.key'));
  const key = fastSigning(nodeKey(fromHex(secret)));
  const { text: operatorToken } = await secretFile(join(dataDir, 'operator.token'));
  const { log: logKey, witness: witnessKey, binding } = deriveLogKeys(key);
  return { key, logKey, witnessKey, binding, isNew, operatorToken };
}

/** 32 random bytes in hex, one file, made once and readable by its owner alone. */
async function secretFile(path: string): Promise<{ text: string; isNew: boolean }> {
  const existing = await readSecret(path);
  if (existing) return { text: existing, isNew: false };
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(fresh, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(32).toString('hex')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // link fails where another process was first, and then its file is the one that counts
  const isNew = await link(fresh, path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      return false;
    },
  );
  await rm(fresh);
  return { text: (await readSecret(path)) as string, isNew };
}

async function readSecret(path: string): Promise<string | undefined> {
  let text: string;
  try {
    text = (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw nodeError(
      'KEY_FILE',
      `${path} can't be read: ${(error as Error).message}`,
      { path },
      { cause: error },
    );
  }
  if (!isHex32(text))
    throw nodeError(
      'KEY_FILE',
      `${path} does not hold 64 hex characters; restore it from a backup, or move it away to start as a new node`,
      { path },
    );
  if ((await stat(path)).mode & 0o077) {
    await chmod(path, 0o600).catch(() => {
      throw nodeError('KEY_FILE', `${path} is readable by others and can't be changed: chmod 600 ${path}`, {
        path,
      });
    });
  }
  return text;
}
