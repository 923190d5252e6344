import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ifPresent } from '../blobs/folder/disk.ts';

/**
 * Digest of a file as the hub names it: SHA-256, or SHA-1 over git's header and the bytes; undefined where it is absent.
 *
 * @param like a digest of the kind wanted: 64 or 40 hex characters
 * @param size bytes of the file
 */
export function fileDigest(
  path: string,
  like: string,
  size: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const hash = like.length === 64 ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
  return ifPresent(path, async () => {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, signal }))
      hash.update(chunk);
    return hash.digest('hex');
  });
}
