export { createConstraint } from './create-constraint.ts';
export type { Grammar } from './expression.ts';
export { grammarLimits } from './limits.ts';
export { readGbnf } from './read-gbnf.ts';
export { jsonGrammar, readSchema } from './schema/read-schema.ts';
export { createTokenTrie, type TokenTrie } from './token-trie.ts';
