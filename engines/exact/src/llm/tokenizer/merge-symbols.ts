/** How the symbols of one piece merge; symbols go by their place, a merged one by the left place. */
export interface MergeRule {
  /** Which merges come first: an integer from 0 to 2^28, the lower the earlier; -1 where the two do not merge. */
  order(left: number, right: number): number;
  /** `left` becomes the merged symbol. */
  join(left: number, right: number): void;
}

/** Places are below it: they share a double with the order. */
const PLACES = 2 ** 24;

/**
 * Merges neighbours until none can: always those of the lowest order, of equals the leftmost pair. Takes time in
 * n × log n of the symbols.
 *
 * @param count symbols, at places 0 to count − 1
 * @returns places of what is left, ascending
 */
export function mergeSymbols(count: number, rule: MergeRule): number[] {
  if (count > PLACES) throw new RangeError(`${count} symbols in one piece`);
  const next = new Int32Array(count);
  const previous = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    next[i] = i + 1 < count ? i + 1 : -1;
    previous[i] = i - 1;
  }
  const gone = new Uint8Array(count);
  const queue = new MinQueue(count);
  const offer = (left: number, right: number): void => {
    if (left < 0 || right < 0) return;
    const order = rule.order(left, right);
    if (order >= 0) queue.push(order * PLACES + left);
  };
  for (let i = 0; i + 1 < count; i++) offer(i, i + 1);
  for (let key = queue.pop(); key >= 0; key = queue.pop()) {
    const left = key % PLACES;
    const right = next[left] as number;
    // An entry whose symbols have changed since is dropped; if the new pair has the same order, it is that pair's turn.
    if (gone[left] === 1 || right < 0 || rule.order(left, right) !== (key - left) / PLACES) continue;
    rule.join(left, right);
    gone[right] = 1;
    const after = next[right] as number;
    next[left] = after;
    if (after >= 0) previous[after] = left;
    offer(previous[left] as number, left);
    offer(left, after);
  }
  const left: number[] = [];
  for (let i = count > 0 ? 0 : -1; i >= 0; i = next[i] as number) left.push(i);
  return left;
}

/** A binary heap of numbers, the least first. */
class MinQueue {
  #heap: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.#heap = new Float64Array(Math.max(8, capacity));
  }

  push(key: number): void {
    if (this.#size === this.#heap.length) {
      const larger = new Float64Array(this.#size * 2);
      larger.set(this.#heap);
      this.#heap = larger;
    }
    const heap = this.#heap;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as number;
      if (above <= key) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = key;
  }

  /** -1 where it is empty. */
  pop(): number {
    if (this.#size === 0) return -1;
    const heap = this.#heap;
    const first = heap[0] as number;
    const key = heap[--this.#size] as number;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && (heap[child + 1] as number) < (heap[child] as number)) child++;
      if ((heap[child] as number) >= key) break;
      heap[at] = heap[child] as number;
      at = child;
    }
    heap[at] = key;
    return first;
  }
}
