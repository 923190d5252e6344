import { checkRules } from './check-rules.ts';
import type { Grammar } from './expression.ts';
import { type Item, toRules } from './rules.ts';

/** Rules one behind the other. */
export interface CompiledGrammar {
  /** By place; an absent one is the end of an alternative. */
  readonly items: readonly (Item | undefined)[];
  /** Places where the alternatives of each rule begin; rule 0 is the root. */
  readonly starts: readonly (readonly number[])[];
}

/** @throws CodedError `GRAMMAR_INVALID`, `GRAMMAR_LIMIT` */
export function compileGrammar(grammar: Grammar): CompiledGrammar {
  const items: (Item | undefined)[] = [];
  const starts = checkRules(toRules(grammar)).map((alternatives) =>
    alternatives.map((alternative) => {
      const start = items.length;
      for (const item of alternative) items.push(item);
      items.push(undefined);
      return start;
    }),
  );
  return { items, starts };
}
