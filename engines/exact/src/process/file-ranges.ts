import { open } from 'node:fs/promises';
import type { RangeSource } from '../llm/gguf/open-gguf.ts';

/**
 * A local file by ranges. One buffer serves all reads, so that loading a model leaves nothing behind for the
 * collector; each read overwrites what the one before it gave.
 *
 * @throws Error of `node:fs` when the file does not open
 */
export async function openFileRanges(path: string): Promise<RangeSource & AsyncDisposable> {
  const file = await open(path);
  let buffer = new Uint8Array(0);
  return {
    size: (await file.stat()).size,
    async read(offset, length) {
      if (length > buffer.length) buffer = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await file.read(buffer, done, length - done, offset + done);
        if (bytesRead === 0) throw new RangeError(`${path} ends before byte ${offset + length}: it was cut`);
        done += bytesRead;
      }
      return buffer.subarray(0, length);
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
