/** Values and right ids are below it: together they are one double. */
const SCALE = 2 ** 20;

/**
 * Places of pairs of token ids in a list. Sorted and searched, not hashed: no vocabulary makes it slow.
 */
export class PairTable {
  /** By left id: where its pairs begin. */
  readonly #starts: Uint32Array;
  /** Right id × 2^20 + place in the list, ascending for each left id. */
  readonly #keys: Float64Array;

  /** @param pairs left, right, left, right …: ids below `ids`; of equal pairs the first counts */
  constructor(pairs: Uint32Array, ids: number) {
    const count = pairs.length / 2;
    const starts = new Uint32Array(ids + 1);
    for (let i = 0; i < count; i++) (starts[(pairs[2 * i] as number) + 1] as number)++;
    for (let i = 0; i < ids; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
    const fill = starts.slice();
    const keys = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const left = pairs[2 * i] as number;
      const at = fill[left] as number;
      keys[at] = (pairs[2 * i + 1] as number) * SCALE + i;
      fill[left] = at + 1;
    }
    for (let left = 0; left < ids; left++)
      keys.subarray(starts[left] as number, starts[left + 1] as number).sort();
    this.#starts = starts;
    this.#keys = keys;
  }

  /** Place of the pair in the list, or -1. */
  get(left: number, right: number): number {
    const keys = this.#keys;
    const least = right * SCALE;
    const end = this.#starts[left + 1] as number;
    let low = this.#starts[left] as number;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] as number) < least) low = middle + 1;
      else high = middle;
    }
    if (low === end) return -1;
    const value = (keys[low] as number) - least;
    return value < SCALE ? value : -1;
  }
}
