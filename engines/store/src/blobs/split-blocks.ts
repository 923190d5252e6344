import { limits } from '@isobit/core';

/**
 * Cuts a stream into the blocks of its tree: all full but the last; the empty stream is one empty block.
 * A yielded block is valid until the next one is asked for.
 */
export async function* splitBlocks(
  stream: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const block = new Uint8Array(limits.blockBytes);
  let filled = 0;
  let yielded = false;
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + block.length - filled);
      at += part.length;
      if (part.length === block.length) {
        yield part;
        yielded = true;
        continue;
      }
      block.set(part, filled);
      filled += part.length;
      if (filled < block.length) continue;
      yield block;
      yielded = true;
      filled = 0;
    }
  }
  if (filled > 0 || !yielded) yield block.subarray(0, filled);
}
