import { isCoded } from '@isobit/core';
import { storeError } from '../../errors.ts';
import type { PartialBlob } from '../blob-store.ts';
import type { BlockClaims, Claim } from './block-claims.ts';
import type { BlockMemory } from './block-memory.ts';
import type { Source } from './source.ts';

export interface BlockSinkOptions {
  readonly source: Source;
  readonly partial: PartialBlob;
  readonly claims: BlockClaims;
  readonly claim: Claim;
  readonly memory: BlockMemory;
  /** Called with each block that was verified and kept by this sink, in bytes. */
  readonly onBlock: (bytes: number) => void;
}

/** The store, not the source, failed: no other source would help. */
export class StoreFailure extends Error {
  override readonly name = 'StoreFailure';
}

/** Blocks on their way to the disk while the next one arrives: each connection may have so many in any case. */
const DEPTH = 3;
/** And more while a transfer has fewer in all: four are hashed together while four come, and others are written. */
const TOGETHER = 16;

/** A block on its way. */
interface Write {
  readonly buffer: Uint8Array;
  isKept: boolean;
}

/** Verifies and keeps the blocks of one claim, a few at a time, and advances the claim in their order. */
export class BlockSink {
  readonly #options: BlockSinkOptions;
  readonly #writes: Write[] = [];
  #running = 0;
  #failure: { readonly error: unknown } | undefined;
  #changed = Promise.withResolvers<void>();
  #index: number;

  constructor(options: BlockSinkOptions) {
    this.#options = options;
    this.#index = options.claim.next;
  }

  /** The block that is to be put next. */
  get index(): number {
    return this.#index;
  }

  /** Memory for the next block, where there is some now. */
  bufferNow(): Uint8Array | undefined {
    return this.#failure || !this.#hasRoom() ? undefined : this.#options.memory.take();
  }

  /** Memory for the next block. Waits where too many are on their way. @throws as `flush` */
  async buffer(): Promise<Uint8Array> {
    await this.#until(() => this.#hasRoom());
    return this.#options.memory.take();
  }

  /** Takes the first `length` bytes of a buffer as block `index`. */
  put(buffer: Uint8Array, length: number): void {
    const write: Write = { buffer, isKept: false };
    this.#writes.push(write);
    this.#running++;
    void this.#keep(this.#index++, buffer.subarray(0, length))
      .then(
        () => {
          write.isKept = true;
        },
        (error: unknown) => {
          this.#failure ??= { error };
        },
      )
      .then(() => this.#ended());
  }

  /**
   * Waits until all blocks are kept.
   *
   * @throws CodedError `SOURCE_BAD_BLOCK`; `StoreFailure`
   */
  flush(): Promise<void> {
    return this.#until(() => this.#writes.length === 0);
  }

  /** Waits until nothing is on its way any more, whatever became of it, and gives the memory back. */
  async settle(): Promise<void> {
    while (this.#running > 0) await this.#changed.promise;
    for (const { buffer } of this.#writes.splice(0)) this.#options.memory.give(buffer);
  }

  #hasRoom(): boolean {
    return this.#writes.length < DEPTH || this.#options.memory.taken < TOGETHER;
  }

  async #until(isReached: () => boolean): Promise<void> {
    while (!this.#failure && !isReached()) await this.#changed.promise;
    if (this.#failure) throw this.#failure.error;
  }

  #ended(): void {
    const { claims, claim, memory } = this.#options;
    this.#running--;
    while (this.#writes[0]?.isKept) {
      memory.give((this.#writes.shift() as Write).buffer);
      claims.advance(claim);
    }
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
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
