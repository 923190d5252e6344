/** Received bytes in order, taken out in other pieces than they came in; copies each byte once. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Copies up to `target.length` bytes into `target` and forgets them. @returns how many */
  take(target: Uint8Array): number {
    let filled = 0;
    let used = 0;
    for (const chunk of this.#chunks) {
      if (filled === target.length) break;
      const part = chunk.subarray(0, target.length - filled);
      target.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) {
        this.#chunks[used] = chunk.subarray(part.length);
        break;
      }
      used++;
    }
    this.#chunks.splice(0, used);
    this.#length -= filled;
    return filled;
  }

  clear(): void {
    this.#chunks = [];
    this.#length = 0;
  }
}
