/** What is known of a stored blob without reading it. */
export interface BlobStat {
  /** Block-tree root, 64 hex characters (specs/block-tree.md). */
  readonly root: string;
  /** Bytes. */
  readonly size: number;
  readonly blocks: number;
}

/** Bytes [start, end) of a blob; the whole of it where absent. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface PutOptions {
  readonly signal?: AbortSignal;
  /** Called after each block with the bytes kept so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface PartialOptions {
  readonly root: string;
  /** Bytes of the whole blob, as the manifest states them. */
  readonly size: number;
  /** Gives the leaf list (32 bytes a block). Asked only where the store does not hold it yet. */
  readonly leaves: () => Promise<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Called with the bytes found to be there already. */
  readonly onProgress?: (bytes: number) => void;
}

/** A blob that arrives block by block, in any order. Left without `commit`, it can be opened again. */
export interface PartialBlob extends AsyncDisposable {
  readonly size: number;
  readonly blocks: number;
  /** Number of blocks that are verified and kept. */
  readonly verified: number;
  /** True when block `index` is verified and kept. */
  has(index: number): boolean;
  /**
   * Verifies a block and keeps it. A block that is there already is left alone. The bytes must stay as they are
   * until the promise ends.
   *
   * @returns true when this call kept it, false when it was there
   * @throws CodedError `BLOCK_INVALID` when the bytes are not those of the tree; `STORE_FULL`, `STORE_IO`
   */
  write(index: number, block: Uint8Array): Promise<boolean>;
  /**
   * Makes the blob a member of the store, durably, and closes the partial.
   *
   * @throws CodedError `BLOB_INCOMPLETE`, `BLOB_PARTIAL_LOST`, `STORE_FULL`, `STORE_IO`
   */
  commit(): Promise<BlobStat>;
  /** Forgets all blocks and closes the partial. */
  discard(): Promise<void>;
}

/**
 * A content-addressed store of model files: folder, memory, bucket. `test/blobs/blob-suite.ts` is the contract.
 * Every method that takes a root throws `BLOB_ROOT_INVALID` for what is none.
 */
export interface BlobStore {
  /**
   * Stores a stream of any size in constant memory. A blob that is held already is not stored twice.
   *
   * @throws CodedError `BLOB_SIZE`, `STORE_FULL`, `STORE_IO`; and the stream's own errors
   */
  put(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options?: PutOptions): Promise<BlobStat>;
  has(root: string): Promise<boolean>;
  stat(root: string): Promise<BlobStat | undefined>;
  /**
   * The stored bytes, not verified again: who serves them leaves that to the receiver, who runs them uses
   * `readVerified`.
   *
   * @throws CodedError `BLOB_ABSENT`, `BLOB_RANGE`, `BLOB_CORRUPT` where bytes are missing
   */
  read(root: string, range?: ByteRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * The leaf list, 32 bytes a block, checked against the root.
   *
   * @throws CodedError `BLOB_ABSENT`, `BLOB_CORRUPT`
   */
  leaves(root: string): Promise<Uint8Array>;
  list(): AsyncIterable<BlobStat>;
  /** Removes the blob and what a partial of it holds. False when there was nothing. */
  remove(root: string): Promise<boolean>;
  /**
   * Opens a blob for writing block by block, with the blocks that an earlier attempt left, each hashed again.
   * Waits while another writer of this store has the same root open.
   *
   * @returns undefined when the store holds the blob already
   * @throws CodedError `BLOCK_INVALID` for a leaf list of another root; `BLOB_SIZE`, `STORE_FULL`, `STORE_IO`
   */
  partial(options: PartialOptions): Promise<PartialBlob | undefined>;
}
