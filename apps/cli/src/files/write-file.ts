import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { cliError } from '../errors.ts';
import { reason } from './read-file.ts';

/** Writes a file whole or not at all: whoever opens it meanwhile sees the old one. @throws CodedError `FILE` */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    {
      await using file = await open(fresh, 'wx');
      await file.writeFile(bytes);
      await file.sync();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw cliError('FILE', `${path} can't be written: ${reason(error)}`, error);
  }
}
