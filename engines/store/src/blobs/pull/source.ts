/** Bytes [start, end) of a blob of `size` bytes; start < end. */
export interface BlobRange {
  readonly root: string;
  readonly size: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Somebody who may hold a blob. Nothing it gives is believed: the pull verifies every block, limits time and
 * amount, and ends the source's work through the signal.
 */
export interface Source {
  /** How progress, results and errors call it: a URL or a peer id. Unique within a pull. */
  readonly name: string;
  /**
   * The leaf list of `root`, at most 32 bytes for each block of `size`.
   *
   * @throws CodedError `SOURCE_*`, `ADDRESS_REFUSED`
   */
  leaves(root: string, size: number, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * The bytes of a range in chunks of any size. Returning early closes what is open.
   *
   * @throws CodedError `SOURCE_*`, `ADDRESS_REFUSED`
   */
  range(range: BlobRange, signal: AbortSignal): AsyncIterable<Uint8Array>;
}

/** A source that was left, and why. */
export interface Drop {
  readonly source: string;
  /** A `SOURCE_*` code or `ADDRESS_REFUSED`. */
  readonly reason: string;
  readonly message: string;
  /** The block that was bad, where the reason is `SOURCE_BAD_BLOCK`. */
  readonly block?: number;
}
