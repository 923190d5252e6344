import { limits } from '@isobit/core';

/**
 * Memory for blocks on their way, used again and again: to touch a fresh megabyte costs as much as to copy one. It
 * is shared memory, so that a thread may hash what another received.
 */
export class BlockMemory {
  readonly #free: Uint8Array[] = [];
  #taken = 0;

  /** Blocks that were taken and not given back. */
  get taken(): number {
    return this.#taken;
  }

  /** Room for one block, with whatever it held before. */
  take(): Uint8Array {
    this.#taken++;
    return this.#free.pop() ?? new Uint8Array(new SharedArrayBuffer(limits.blockBytes));
  }

  /** Gives back what `take` gave, once nobody looks at it any more. */
  give(block: Uint8Array): void {
    this.#taken--;
    this.#free.push(block);
  }
}
