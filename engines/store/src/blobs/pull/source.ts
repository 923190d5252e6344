/** Bytes [start, end) of a blob of `size` bytes; start < end. */
export interface BlobRange {
  readonly root: string;
  readonly size: number;
  readonly start: number;
  readonly end: number;
}

/** Who takes the bytes of a range, in memory of its own. */
export interface ByteSink {
  /** Memory for what comes next, never empty. Throws where nothing more is due. */
  room(): Uint8Array;
  /**
   * The first `bytes` of the room were filled. Room is asked for again only once the answer is true.
   *
   * @returns false where no more is wanted, a promise where there is no room yet. After the last byte it is not
   *   waited for.
   */
  took(bytes: number): boolean | Promise<boolean>;
}

/** Copies bytes into a sink. @returns whether it wants more */
export async function fillSink(sink: ByteSink, bytes: Uint8Array): Promise<boolean> {
  for (let at = 0; at < bytes.length; ) {
    const room = sink.room();
    const part = bytes.subarray(at, at + room.length);
    room.set(part);
    at += part.length;
    const more = sink.took(part.length);
    if (!(typeof more === 'boolean' ? more : await more)) return false;
  }
  return true;
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
  /**
   * The same straight into the receiver's memory, where the source has a way to do that. Ends early where the sink
   * wants no more. Rejects as `range`, or with what the sink throws.
   */
  into?(range: BlobRange, sink: ByteSink, signal: AbortSignal): Promise<void>;
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
