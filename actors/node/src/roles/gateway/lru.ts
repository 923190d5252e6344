/** A map that holds no more than so many entries: the one that was used longest ago goes first. */
export class Lru<V> {
  readonly #most: number;
  /** Whether an entry may go. */
  readonly #mayGo: (value: V) => boolean;
  readonly #entries = new Map<string, V>();

  constructor(most: number, mayGo: (value: V) => boolean = () => true) {
    this.#most = most;
    this.#mayGo = mayGo;
  }

  get size(): number {
    return this.#entries.size;
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }

  /** Without counting as a use. */
  peek(key: string): V | undefined {
    return this.#entries.get(key);
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    for (const [oldest, held] of this.#entries) {
      if (oldest === key || !this.#mayGo(held)) continue;
      this.#entries.delete(oldest);
      return;
    }
  }
}
