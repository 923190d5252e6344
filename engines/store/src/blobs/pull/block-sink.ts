import { isCoded, limits } from '@isobit/core';
import { storeError } from '../../errors.ts';
import type { PartialBlob } from '../blob-store.ts';
import type { BlockClaims, Claim } from './block-claims.ts';
import type { Source } from './source.ts';

export interface BlockSinkOptions {
  readonly source: Source;
  readonly partial: PartialBlob;
  readonly claims: BlockClaims;
  readonly claim: Claim;
  /** Called with each block that was verified and kept by this sink, in bytes. */
  readonly onBlock: (bytes: number) => void;
}

/** The store, not the source, failed: no other source would help. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}

/** Blocks on their way to the disk while the next one arrives. */
const DEPTH = 3;

/** Verifies and keeps the blocks of one claim, a few at a time, and advances the claim in their order. */
export class BlockSink {
  readonly #options: BlockSinkOptions;
  readonly #writes: { readonly kept: Promise<void>; readonly buffer: Uint8Array }[] = [];
  readonly #spare: Uint8Array[] = [];
  #index: number;

  constructor(options: BlockSinkOptions) {
    this.#options = options;
    this.#index = options.claim.next;
  }

  /** The block that is to be put next. */
  get index(): number {
    return this.#index;
  }

  /** Memory for the next block. Waits where too many are on their way. @throws as `flush` */
  async buffer(): Promise<Uint8Array> {
    if (this.#writes.length >= DEPTH) await this.#settleOldest();
    return this.#spare.pop() ?? new Uint8Array(limits.blockBytes);
  }

  /** Takes the first `length` bytes of a buffer as block `index`. */
  put(buffer: Uint8Array, length: number): void {
    const kept = this.#keep(this.#index++, buffer.subarray(0, length));
    // Looked at in `#settleOldest`, possibly after a later one failed.
    kept.catch(() => undefined);
    this.#writes.push({ kept, buffer });
  }

  /**
   * Waits until all blocks are kept.
   *
   * @throws CodedError `SOURCE_BAD_BLOCK`; `StoreFailure`
   */
  async flush(): Promise<void> {
    while (this.#writes.length > 0) await this.#settleOldest();
  }

  /** Waits until nothing is on its way any more, whatever became of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#writes.map(({ kept }) => kept));
  }

  async #settleOldest(): Promise<void> {
    const oldest = this.#writes.shift();
    if (!oldest) return;
    await oldest.kept;
    this.#options.claims.advance(this.#options.claim);
    this.#spare.push(oldest.buffer);
  }

  async #keep(index: number, block: Uint8Array): Promise<void> {
    const { source, partial, onBlock } = this.#options;
    try {
      if (await partial.write(index, block)) onBlock(block.length);
    } catch (cause) {
      if (!isCoded(cause, 'BLOCK_INVALID'))
        throw new StoreFailure('the store cannot keep a block', { cause });
      const message = `${source.name} serves a wrong block ${index}: it is left`;
      throw storeError('SOURCE_BAD_BLOCK', message, { source: source.name, block: index }, { cause });
    }
  }
}
