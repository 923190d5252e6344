/** Address 0 means none. */
const START = 64;
const PAGE = 65_536;
/** Of everything that kernels read: a cache line. */
const ALIGNMENT = 64;

/** Hands out addresses one after the other, before there is a memory. */
export class Layout {
  #end = START;

  /** First address behind everything that was taken. */
  get end(): number {
    return this.#end;
  }

  /** Pages of 64 KiB that hold everything taken. */
  get pages(): number {
    return Math.ceil(this.#end / PAGE);
  }

  take(bytes: number): number {
    const at = this.#end;
    this.#end = Math.ceil((at + bytes) / ALIGNMENT) * ALIGNMENT;
    return at;
  }

  floats(count: number): number {
    return this.take(4 * count);
  }
}
