/** Least recently used byte arrays by name, up to a sum of bytes. */
export interface ByteCache {
  get(name: string): Uint8Array | undefined;
  set(name: string, bytes: Uint8Array): void;
}

export function createByteCache(maxBytes: number): ByteCache {
  const held = new Map<string, Uint8Array>();
  let total = 0;
  return {
    get(name) {
      const bytes = held.get(name);
      if (bytes) {
        held.delete(name);
        held.set(name, bytes);
      }
      return bytes;
    },
    set(name, bytes) {
      total += bytes.length - (held.get(name)?.length ?? 0);
      held.delete(name);
      held.set(name, bytes);
      for (const [oldest, dropped] of held) {
        if (total <= maxBytes) break;
        held.delete(oldest);
        total -= dropped.length;
      }
    },
  };
}
