import { exactError } from '../../../errors.ts';

/** Positions of a block, as section 9 has them. */
export const BLOCK = 64;

/** Room for keys and values of 64 successive positions, in all layers. */
export interface Block {
  readonly address: number;
  /** Sequences that read it. */
  users: number;
  /** Names what it holds, once it is full: the same for the same tokens after the same beginning. */
  content: number;
  /** Under which it is found again; undefined while it is not full. */
  key: string | undefined;
}

export interface BlockPoolOptions {
  /** Blocks at most. */
  readonly capacity: number;
  /** Gives the address of one more block; undefined where the memory does not grow for it. */
  readonly place: () => number | undefined;
  /** Makes a block fit for other positions. */
  readonly clear: (address: number) => void;
}

/** Content before the first position. */
const BEGINNING = 0;

/**
 * The blocks of a cache. Full ones are kept when nobody reads them any more, so that a prompt with the same beginning
 * finds them; the one that was not used for longest makes room first.
 */
export class BlockPool {
  readonly #options: BlockPoolOptions;
  readonly #free: Block[] = [];
  /** Full blocks by what they hold. Those without users are in the order of their last use. */
  readonly #full = new Map<string, Block>();
  #placed = 0;
  #contents = BEGINNING;

  constructor(options: BlockPoolOptions) {
    this.#options = options;
  }

  get capacity(): number {
    return this.#options.capacity;
  }

  /**
   * A block for positions that are not yet known; whoever takes one stays within what it was admitted for.
   *
   * @throws CodedError `RUN_MEMORY` the host has less memory than it was said to have
   */
  take(): Block {
    const block = this.#free.pop() ?? this.#place() ?? this.#evict();
    block.users = 1;
    block.key = undefined;
    this.#options.clear(block.address);
    return block;
  }

  /** Blocks that hold the beginning of these tokens, whole blocks only, each with one more user. */
  find(tokens: readonly number[]): Block[] {
    const found: Block[] = [];
    let content = BEGINNING;
    for (let end = BLOCK; end <= tokens.length; end += BLOCK) {
      const block = this.#full.get(keyOf(content, tokens, end));
      if (!block) break;
      block.users++;
      content = block.content;
      found.push(block);
    }
    return found;
  }

  /** Tells what a block holds that has just become full: the tokens up to `end`. */
  filled(block: Block, before: Block | undefined, tokens: readonly number[], end: number): void {
    const key = keyOf(before?.content ?? BEGINNING, tokens, end);
    const known = this.#full.get(key);
    // Another sequence computed the same: its block is found, this one is freed after use.
    block.content = known?.content ?? ++this.#contents;
    if (known) return;
    block.key = key;
    this.#full.set(key, block);
  }

  release(blocks: readonly Block[]): void {
    // The last first: a block without the one before it cannot be found.
    for (const block of blocks.toReversed()) {
      if (--block.users > 0) continue;
      if (block.key === undefined) this.#free.push(block);
      else {
        this.#full.delete(block.key);
        this.#full.set(block.key, block);
      }
    }
  }

  #place(): Block | undefined {
    if (this.#placed === this.#options.capacity) return undefined;
    const address = this.#options.place();
    if (address === undefined) return undefined;
    this.#placed++;
    return { address, users: 0, content: BEGINNING, key: undefined };
  }

  #evict(): Block {
    for (const [key, block] of this.#full) {
      if (block.users > 0) continue;
      this.#full.delete(key);
      return block;
    }
    throw exactError(
      'RUN_MEMORY',
      `the host gave memory for ${this.#placed} of ${this.#options.capacity} blocks of the cache: allow the engine less, or run fewer requests at once`,
    );
  }
}

const keyOf = (content: number, tokens: readonly number[], end: number): string =>
  `${content}:${tokens.slice(end - BLOCK, end).join(',')}`;
