import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { corrupt } from '../blob-checks.ts';
import type { ByteRange } from '../blob-store.ts';
import type { SendableBytes } from '../http/sendable.ts';
import { onDisk } from './disk.ts';
import { readFileRange } from './read-file.ts';

/** Where a blob's bytes lie. */
export interface FilePlace {
  readonly path: string;
  readonly root: string;
  readonly range: ByteRange;
}

/** Read at a time: as much as a socket takes at once, so that more would only be memory. */
const BUFFER_BYTES = 256 * 1024;
/** One is filled while the others are on their way. */
const BUFFERS = 3;

/**
 * Bytes of a blob's file: in chunks, or into a socket from memory that is used again and again. The second takes a
 * third of the first's processor time, most of which goes for memory that was never touched before.
 */
export class FileBytes implements SendableBytes {
  readonly #place: () => Promise<FilePlace>;
  readonly #signal: AbortSignal | undefined;

  constructor(place: () => Promise<FilePlace>, signal: AbortSignal | undefined) {
    this.#place = place;
    this.#signal = signal;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { path, root, range } = await this.#place();
    yield* readFileRange(path, root, range, this.#signal);
  }

  async sendTo(out: Writable): Promise<void> {
    const { path, root, range } = await this.#place();
    if (range.start < range.end) {
      await using file = await onDisk(path, () => open(path, 'r'));
      await pump(out, range, async (buffer, position) => {
        const { bytesRead } = await onDisk(path, () => file.read(buffer, 0, buffer.length, position));
        if (bytesRead === 0) throw corrupt(root, `its file ends at byte ${position}`);
        return bytesRead;
      });
    }
    if (!out.destroyed) out.end();
  }
}

/** Fills buffers in turn and writes them; one is filled again only when the socket is done with it. */
async function pump(
  out: Writable,
  { start, end }: ByteRange,
  read: (buffer: Uint8Array, position: number) => Promise<number>,
): Promise<void> {
  const length = Math.min(BUFFER_BYTES, end - start);
  const buffers = Array.from({ length: BUFFERS }, () => Buffer.allocUnsafeSlow(length));
  const written: Promise<void>[] = [];
  // A response that is closed may forget what it was given to write, and whom to tell of it.
  const closed = Promise.withResolvers<void>();
  out.once('close', closed.resolve);
  for (let at = start, turn = 0; at < end && !out.destroyed; turn = (turn + 1) % BUFFERS) {
    await written[turn];
    const buffer = (buffers[turn] as Buffer).subarray(0, Math.min(length, end - at));
    const bytes = await read(buffer, at);
    at += bytes;
    written[turn] = Promise.race([write(out, buffer.subarray(0, bytes)), closed.promise]);
  }
  await Promise.all(written);
  out.off('close', closed.resolve);
}

/** Resolves when the bytes have left, or nobody takes them any more. */
const write = (out: Writable, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve) => void out.write(bytes, () => resolve()));
