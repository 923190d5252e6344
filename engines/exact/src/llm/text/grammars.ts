import type { Grammar } from '@isobit/receipt';
import { createConstraint, createTokenTrie, jsonGrammar, readGbnf, readSchema } from '../grammar/index.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import type { ConstraintFactory } from './token-request.ts';

/**
 * Reads the grammars of requests to one model; what they share of its vocabulary is made with the first.
 *
 * @returns a function that throws CodedError `GRAMMAR_INVALID`, `GRAMMAR_LIMIT`
 */
export function createGrammars(tokenizer: Tokenizer): (grammar: Grammar) => ConstraintFactory {
  let trie: ReturnType<typeof createTokenTrie> | undefined;
  return (grammar) => {
    trie ??= createTokenTrie(tokenizer);
    return createConstraint(rulesOf(grammar), trie);
  };
}

function rulesOf(grammar: Grammar) {
  switch (grammar.kind) {
    case 'json':
      return jsonGrammar();
    case 'schema':
      return readSchema(grammar.schema);
    case 'gbnf':
      return readGbnf(grammar.grammar);
  }
}
