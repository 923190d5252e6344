import { utf8 } from '@isobit/core';
import { createAutomaton, WHOLE } from '../../../src/llm/grammar/automaton.ts';
import { compileGrammar } from '../../../src/llm/grammar/compile.ts';
import type { Grammar } from '../../../src/llm/grammar/expression.ts';

/** How far a text is one of a grammar: `whole`, a `beginning` of one, or `none`. */
export function reader(grammar: Grammar): (text: string) => 'whole' | 'beginning' | 'none' {
  const compiled = compileGrammar(grammar);
  return (text) => {
    const automaton = createAutomaton(compiled);
    let state = automaton.start;
    for (const byte of utf8(text)) state = automaton.step(state, byte);
    if (state.includes(WHOLE)) return 'whole';
    return state.length > 0 ? 'beginning' : 'none';
  };
}
