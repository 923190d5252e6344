import { fromHex } from '@isobit/core';
import { createConstraint } from '../../../src/llm/grammar/create-constraint.ts';
import type { Grammar } from '../../../src/llm/grammar/expression.ts';
import { readGbnf } from '../../../src/llm/grammar/read-gbnf.ts';
import { jsonGrammar, readSchema } from '../../../src/llm/grammar/schema/read-schema.ts';
import { createTokenTrie } from '../../../src/llm/grammar/token-trie.ts';
import { reader } from './reading.ts';

/** A grammar as a request states it. */
export type Stated =
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly schema: string }
  | { readonly kind: 'gbnf'; readonly grammar: string };

export type GrammarVector =
  | {
      readonly kind: 'grammar';
      readonly description: string;
      readonly grammar: Stated;
      readonly texts: readonly string[];
    }
  | {
      readonly kind: 'mask';
      readonly description: string;
      readonly grammar: Stated;
      readonly tokens: readonly string[];
      readonly ends: readonly number[];
      readonly before: readonly number[];
    };

export function read(stated: Stated): Grammar {
  if (stated.kind === 'json') return jsonGrammar();
  return stated.kind === 'schema' ? readSchema(stated.schema) : readGbnf(stated.grammar);
}

/** What the law says of a vector. */
export function expected(vector: GrammarVector): object {
  if (vector.kind === 'grammar') {
    const told = reader(read(vector.grammar));
    const which = (kind: string) => vector.texts.filter((text) => told(text) === kind);
    return { whole: which('whole'), beginnings: which('beginning'), refused: which('none') };
  }
  const bytes = vector.tokens.map(fromHex);
  const trie = createTokenTrie({
    vocabulary: bytes.length,
    ends: new Set(vector.ends),
    encode: () => [],
    bytes: (token) => bytes[token] as Uint8Array,
    control: (token) => bytes[token]?.length === 0,
    text: String,
  });
  const constraint = createConstraint(read(vector.grammar), trie)();
  for (const token of vector.before) constraint.accept(token);
  const bits = constraint.allowed();
  return {
    allowed: bytes.flatMap((_, token) =>
      ((bits[token >> 5] as number) >>> (token & 31)) & 1 ? [token] : [],
    ),
  };
}
