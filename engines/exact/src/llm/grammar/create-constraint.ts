import { exactError } from '../../errors.ts';
import type { TokenConstraint } from '../token-engine.ts';
import { createAutomaton, type State, WHOLE } from './automaton.ts';
import { compileGrammar } from './compile.ts';
import type { Grammar } from './expression.ts';
import { createMasks } from './masks.ts';
import type { TokenTrie } from './token-trie.ts';

/** Stacks of an answer above which those that nothing leads to any more are forgotten: some tens of megabytes. */
const MOST_STACKS = 2 ** 19;

/**
 * What a grammar allows, token by token: a token may come where the answer's bytes with its own are the beginning of
 * a text of the grammar, and a token that ends answers where they are such a text (specs/grammar.md section 5).
 *
 * @returns makes the constraint of one answer
 * @throws CodedError `GRAMMAR_INVALID`, `GRAMMAR_LIMIT`; `GRAMMAR_LIMIT` also while an answer grows
 */
export function createConstraint(grammar: Grammar, trie: TokenTrie): () => TokenConstraint {
  const compiled = compileGrammar(grammar);
  const masks = createMasks(compiled, trie);
  return () => {
    const automaton = createAutomaton(compiled);
    let state: State = automaton.start;
    return {
      allowed() {
        const bits = masks.of(automaton, state);
        if (state.includes(WHOLE))
          for (const end of trie.ends) bits[end >> 5] = (bits[end >> 5] as number) | (1 << (end & 31));
        return bits;
      },
      accept(token) {
        if (trie.ends.has(token)) return;
        for (const byte of trie.bytes(token)) state = automaton.step(state, byte);
        if (state.length === 0)
          throw exactError('RUN_FAILED', `token ${token} was drawn although the grammar does not allow it`);
        if (automaton.size > MOST_STACKS) state = automaton.compact(state);
      },
    };
  };
}
