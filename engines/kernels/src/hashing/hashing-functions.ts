/**
 * What the binary exports. Addresses are bytes; `work` is `WORK_BYTES` of the host's, at a multiple of 64. Nothing is
 * allocated, and what is kept between calls is kept in `work`.
 */
export interface HashingFunctions {
  /** Once for each `work`, before all else. */
  prepare(work: number): void;
  /** Begins four hashes. */
  begin(work: number): void;
  /** Takes `chunks` chunks of 64 bytes of each of four messages, at any addresses. Padding is the host's. */
  update(work: number, m0: number, m1: number, m2: number, m3: number, chunks: number): void;
  /** Writes four digests of 32 bytes, one after the other. */
  finish(work: number, digests: number): void;
}
