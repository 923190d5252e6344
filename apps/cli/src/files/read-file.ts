import { open } from 'node:fs/promises';
import { cliError } from '../errors.ts';

/**
 * A whole file of at most `maxBytes`.
 *
 * @throws CodedError `FILE` when it can't be read or is longer
 */
export async function readWhole(path: string, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > maxBytes) throw tooLong(path, maxBytes);
    // A pipe states no size: it is read as a stream, and counted.
    return await collect(file.createReadStream({ autoClose: false }), {
      name: path,
      maxBytes,
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && error.name === 'CodedError') throw error;
    throw cliError('FILE', `${path} can't be read: ${reason(error)}`, error);
  }
}

export interface CollectOptions {
  /** How the message calls the stream. */
  readonly name: string;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** A whole stream. An abort ends the wait for a chunk that may never come. @throws CodedError `FILE` above `maxBytes` */
export async function collect(
  stream: AsyncIterable<Uint8Array>,
  { name, maxBytes, signal }: CollectOptions,
): Promise<Uint8Array> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => {});
  const onAbort = (): void => reject(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener('abort', onAbort);
  const iterator = stream[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([iterator.next(), aborted]);
      if (done) return new Uint8Array(Buffer.concat(chunks));
      length += value.length;
      if (length > maxBytes) throw tooLong(name, maxBytes);
      chunks.push(value);
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

const tooLong = (name: string, maxBytes: number) =>
  cliError('FILE', `${name} is longer than the ${maxBytes} bytes that are read: is it the right file?`);

/** Why the system refused, without the path, which the message names already. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'it is not readable or writable for this user';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return message;
  }
}
