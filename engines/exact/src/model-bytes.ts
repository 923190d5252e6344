/** A file of a model, read piece by piece. Every byte that it gives has been verified. */
export interface ModelBytes extends AsyncDisposable {
  /** Bytes. */
  readonly size: number;
  /**
   * Absolute path of the local file that it is read from, where there is one: for engines that read files themselves,
   * once every byte has been read here.
   */
  readonly file?: string;
  /**
   * The bytes [start, end), 0 ≤ start ≤ end ≤ size: a copy, or a view that stays as it is.
   *
   * @throws CodedError `MODEL_BYTES`
   */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** A file that lies in memory. */
export const bytesInMemory = (bytes: Uint8Array): ModelBytes => ({
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
  [Symbol.asyncDispose]: async () => {},
});
