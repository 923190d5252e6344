import { join } from 'node:path';
import { parseTilePath, type ReadPublic } from '@isobit/log';
import { readIfThere } from './durable-files.ts';

/** Reads a log's public files from a folder, for `fsck`. Paths other than a log's own are not there. */
export const readFolder =
  (dir: string): ReadPublic =>
  async (path, signal) => {
    if (path !== 'checkpoint' && path !== 'checkpoint.witnessed' && !parseTilePath(path)) return undefined;
    return readIfThere(join(dir, path), signal);
  };
