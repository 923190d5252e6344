import { limits } from '@isobit/core';
import { Lru } from './lru.ts';

/** Which worker answered what last, by the digest of what was asked: it may still hold the work of reading that. */
export class PrefixHolders {
  readonly #holders = new Lru<string>(limits.routedPrefixes);

  /** @param keys of a request, the shortest beginning first: the longest that is known counts */
  holderOf(keys: readonly string[]): string | undefined {
    for (let at = keys.length - 1; at >= 0; at--) {
      const holder = this.#holders.get(keys[at] as string);
      if (holder !== undefined) return holder;
    }
    return undefined;
  }

  note(keys: readonly string[], node: string): void {
    const key = keys.at(-1);
    if (key !== undefined) this.#holders.set(key, node);
  }
}
