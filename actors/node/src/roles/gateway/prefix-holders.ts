import { limits } from '@isobit/core';
import { Lru } from './lru.ts';

/** Who holds what a request begins with. */
export interface Holder {
  readonly node: string;
  /** Of the request's keys, how many from the first on it holds. */
  readonly held: number;
}

/** Which worker answered what last, by the digest of what was asked: it may still hold the work of reading that. */
export class PrefixHolders {
  readonly #holders = new Lru<string>(limits.routedPrefixes);

  /** @param keys of a request, the shortest beginning first: the longest that is known counts */
  holderOf(keys: readonly string[]): Holder | undefined {
    for (let held = keys.length; held > 0; held--) {
      const node = this.#holders.get(keys[held - 1] as string);
      if (node !== undefined) return { node, held };
    }
    return undefined;
  }

  note(keys: readonly string[], node: string): void {
    const key = keys.at(-1);
    if (key !== undefined) this.#holders.set(key, node);
  }
}
