import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { grammarLimits } from './limits.ts';

/** The tokens of a vocabulary by their bytes. Node 0 is the root; 0 elsewhere means none. */
export interface TokenTrie {
  readonly byte: Uint8Array;
  readonly child: Int32Array;
  readonly sibling: Int32Array;
  /** A token whose bytes end at the node, plus 1. */
  readonly token: Int32Array;
  /** Another token with the same bytes, plus 1; by token. */
  readonly same: Int32Array;
  readonly vocabulary: number;
  readonly ends: ReadonlySet<number>;
  bytes(token: number): Uint8Array;
}

/** Left out are tokens without bytes, those that end an answer, and those above the limit of specs/grammar.md. */
export function createTokenTrie(tokenizer: Tokenizer): TokenTrie {
  const { vocabulary, ends } = tokenizer;
  const taken: (readonly [token: number, bytes: Uint8Array])[] = [];
  let total = 1;
  for (let token = 0; token < vocabulary; token++) {
    const bytes = tokenizer.bytes(token);
    if (bytes.length === 0 || bytes.length > grammarLimits.tokenBytes || ends.has(token)) continue;
    taken.push([token, bytes]);
    total += bytes.length;
  }
  const byte = new Uint8Array(total);
  const child = new Int32Array(total);
  const sibling = new Int32Array(total);
  const token = new Int32Array(total);
  const same = new Int32Array(vocabulary);
  let nodes = 1;

  function descend(node: number, next: number): number {
    for (let known = child[node] as number; known !== 0; known = sibling[known] as number)
      if (byte[known] === next) return known;
    const made = nodes++;
    byte[made] = next;
    sibling[made] = child[node] as number;
    child[node] = made;
    return made;
  }

  for (const [each, bytes] of taken) {
    let node = 0;
    for (const next of bytes) node = descend(node, next);
    same[each] = token[node] as number;
    token[node] = each + 1;
  }
  return {
    byte,
    child,
    sibling,
    token,
    same,
    vocabulary,
    ends,
    bytes: (each) => tokenizer.bytes(each),
  };
}
