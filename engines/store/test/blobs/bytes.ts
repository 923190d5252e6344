const MiB = 2 ** 20;

/** Bytes that repeat nowhere, the same for each seed: fast enough for hundreds of megabytes. */
export function* noise(size: number, seed = 1): Generator<Uint8Array> {
  let state = seed | 1;
  for (let at = 0; at < size; at += MiB) {
    const words = new Uint32Array(MiB / 4);
    for (let i = 0; i < words.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      words[i] = state;
    }
    yield new Uint8Array(words.buffer, 0, Math.min(MiB, size - at));
  }
}

export async function collect(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk.slice());
  return Buffer.concat(parts);
}

/** The same bytes where other threads see them. */
export function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
