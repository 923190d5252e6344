const BITS = 20;

/**
 * Where a text without pre-tokenizer may be cut before its merges: between two characters that stand beside each
 * other in no token, since no merge can join them. That changes no token; it lets words be remembered and keeps
 * pieces short.
 *
 * @param entries what merges may give
 * @returns a function of a text to where its pieces end, ascending
 */
export function createLooseEnds(entries: Iterable<string>): (text: string) => number[] {
  // A bit for each pair's hash: two pairs of one hash cost a cut, never a token.
  const joined = new Uint32Array(2 ** (BITS - 5));
  for (const text of entries)
    for (let i = 1; i < text.length; i++) {
      const hash = hashOf(text.charCodeAt(i - 1), text.charCodeAt(i));
      joined[hash >>> 5] = (joined[hash >>> 5] as number) | (1 << (hash & 31));
    }
  return (text) => {
    const ends: number[] = [];
    let last = text.charCodeAt(0);
    for (let at = 1; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const hash = hashOf(last, unit);
      const lowSurrogate = (unit & 0xfc00) === 0xdc00;
      if (!lowSurrogate && (((joined[hash >>> 5] as number) >>> (hash & 31)) & 1) === 0) ends.push(at);
      last = unit;
    }
    if (text.length > 0) ends.push(text.length);
    return ends;
  };
}

const hashOf = (first: number, second: number): number =>
  (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) >>> (32 - BITS);
