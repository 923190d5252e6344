import { blockRange } from '@isobit/model';
import { storeError } from '../../errors.ts';
import type { Claim } from './block-claims.ts';
import type { BlockMemory } from './block-memory.ts';
import type { BlockSink } from './block-sink.ts';
import type { ByteSink } from './source.ts';
import type { Watchdog } from './watchdog.ts';

export interface ClaimSinkOptions {
  /** Name of the source, for messages. */
  readonly source: string;
  readonly claim: Claim;
  /** Bytes of the whole blob. */
  readonly size: number;
  /** Where whole blocks go. */
  readonly sink: BlockSink;
  readonly memory: BlockMemory;
  readonly watchdog: Watchdog;
}

/**
 * Gathers the bytes of a claim's blocks, and passes each on as it is whole. It wants no more when the claim shrank
 * because another connection took its end; but an answer that can be read to its end is, since that is what lets its
 * connection serve the next request.
 */
export class ClaimSink implements ByteSink, Disposable {
  readonly #options: ClaimSinkOptions;
  /** End of what was asked for, in blocks. */
  readonly #asked: number;
  #buffer: Uint8Array | undefined;
  #filled = 0;

  constructor(options: ClaimSinkOptions) {
    this.#options = options;
    this.#asked = options.claim.end;
    this.#buffer = options.memory.take();
  }

  room(): Uint8Array {
    if (!this.#buffer) throw tooMuch(this.#options.source);
    return this.#buffer.subarray(this.#filled, this.#blockBytes());
  }

  took(bytes: number): boolean | Promise<boolean> {
    const { sink, watchdog } = this.#options;
    watchdog.heard();
    if (this.#isCut()) return false;
    this.#filled += bytes;
    if (this.#filled < this.#blockBytes()) return true;
    sink.put(this.#buffer as Uint8Array, this.#filled);
    watchdog.finishedBlock();
    this.#buffer = undefined;
    this.#filled = 0;
    if (sink.index >= this.#asked) return true;
    if (this.#isCut()) return false;
    this.#buffer = sink.bufferNow();
    return this.#buffer ? true : this.#waitForBuffer();
  }

  /** Gives back the memory of a block that did not come whole. */
  [Symbol.dispose](): void {
    if (this.#buffer) this.#options.memory.give(this.#buffer);
    this.#buffer = undefined;
  }

  async #waitForBuffer(): Promise<boolean> {
    this.#buffer = await this.#options.sink.buffer();
    return true;
  }

  #blockBytes(): number {
    const { start, end } = blockRange(this.#options.sink.index, this.#options.size);
    return end - start;
  }

  #isCut(): boolean {
    const { claim, sink } = this.#options;
    return claim.end < this.#asked && sink.index >= claim.end;
  }
}

const tooMuch = (source: string): Error =>
  storeError('SOURCE_PROTOCOL', `${source} sent more than was asked for: it is left`, { source });
