/** Bytes [start, end) of the file of `size` bytes whose block tree has this root. */
export interface BlobRange {
  readonly root: string;
  readonly size: number;
  readonly start: number;
  readonly end: number;
}

/** What a node serves to peers that have no HTTP route to it; undefined for what it does not hold. */
export interface BlobPort {
  /** Leaf list, 32 bytes a block. */
  leaves(root: string, size: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** The range's bytes in chunks of any size, all of them. */
  range(range: BlobRange, signal: AbortSignal): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** A peer as a source of bytes: the shape that a pull takes. Nothing it gives is verified here. */
export interface BlobSource {
  /** The node's address. */
  readonly name: string;
  /** @throws CodedError `SOURCE_*`; or the signal's reason */
  leaves(root: string, size: number, signal: AbortSignal): Promise<Uint8Array>;
  /** @throws CodedError `SOURCE_*`; or the signal's reason */
  range(range: BlobRange, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
