import { utf8 } from '@isobit/core';
import { type Expression, type Grammar, type Range, ROOT } from './expression.ts';
import { invalid, overLimit } from './fault.ts';
import { grammarLimits } from './limits.ts';
import { utf8Ranges } from './utf8-ranges.ts';

/** A byte of a set, or a rule. */
export type Item = { readonly bytes: Range } | { readonly rule: number };

/** Alternatives, each a sequence of items; the first rule is the grammar's root. */
export type Rules = readonly (readonly (readonly Item[])[])[];

type Repetition = Extract<Expression, { kind: 'repeat' }>;

/**
 * A grammar as rules over bytes: classes as their UTF-8, repetitions written out (specs/grammar.md section 4).
 *
 * @throws CodedError `GRAMMAR_INVALID` a rule that is not there, `GRAMMAR_LIMIT`
 */
export function toRules(grammar: Grammar): Rules {
  const rules: (readonly (readonly Item[])[])[] = [];
  const numbers = new Map<string, number>();
  const classes = new Map<string, number>();
  /** Expressions that stand in several places are one object: each becomes one rule. */
  const known = new Map<Expression, readonly Item[]>();
  let made = 0;

  /** Counted as they are made, so that nothing large is built first. */
  function count(items: number): void {
    made += items;
    if (made > grammarLimits.items) throw overLimit(`has more than ${grammarLimits.items} items`);
  }

  function reserve(): number {
    rules.push([]);
    return rules.length - 1;
  }

  function fill(number: number, alternatives: readonly (readonly Item[])[]): number {
    count(alternatives.length);
    rules[number] = alternatives;
    return number;
  }

  const add = (alternatives: readonly (readonly Item[])[]): number => fill(reserve(), alternatives);

  function named(name: string): number {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const expression = grammar.get(name);
    if (!expression)
      throw invalid(`names the rule ${JSON.stringify(name)}, which it does not have`, { name });
    const number = reserve();
    numbers.set(name, number);
    waiting.push({ number, expression });
    return number;
  }

  function sequence(expression: Expression): readonly Item[] {
    // A repetition of a repetition is no group, so a grammar may have any number of them: from within, without recursion.
    const repetitions: Repetition[] = [];
    let one = expression;
    for (; one.kind === 'repeat' && !known.has(one); one = one.of) repetitions.push(one);
    let found = known.get(one) ?? lower(one as Exclude<Expression, Repetition>);
    if (one.kind === 'any') known.set(one, found);
    for (const each of repetitions.reverse()) {
      found = repeated(each, found);
      known.set(each, found);
    }
    return found;
  }

  function lower(expression: Exclude<Expression, Repetition>): readonly Item[] {
    switch (expression.kind) {
      case 'text': {
        count(expression.text.length);
        return [...utf8(expression.text)].map((byte) => ({ bytes: [byte, byte] as const }));
      }
      case 'class':
        count(1);
        return [classItem(expression.ranges)];
      case 'all':
        return expression.of.flatMap(sequence);
      case 'any':
        count(1);
        return [{ rule: add(expression.of.map(sequence)) }];
      case 'rule':
        count(1);
        return [{ rule: named(expression.name) }];
    }
  }

  function classItem(ranges: readonly Range[]): Item {
    const only = ranges[0];
    if (only && ranges.length === 1 && only[1] < 0x80) return { bytes: only };
    const key = ranges.join(' ');
    const number = classes.get(key) ?? add(ranges.flatMap(utf8Ranges).map(toItems));
    classes.set(key, number);
    return { rule: number };
  }

  /** @param whole what is repeated */
  function repeated({ least, most }: Repetition, whole: readonly Item[]): readonly Item[] {
    if (least > grammarLimits.repetitions || (most ?? 0) > grammarLimits.repetitions)
      throw overLimit(`repeats something more than ${grammarLimits.repetitions} times`);
    count(1 + Math.max(least, most ?? 0));
    const one: readonly Item[] = whole.length === 1 ? whole : [{ rule: add([whole]) }];
    const must = Array.from({ length: least }, () => one).flat();
    if (most === undefined) {
      const more = reserve();
      fill(more, [[...one, { rule: more }], []]);
      return [...must, { rule: more }];
    }
    let rest: readonly Item[] = [];
    for (let count = least; count < most; count++) rest = [{ rule: add([[...one, ...rest], []]) }];
    return [...must, ...rest];
  }

  const waiting: { number: number; expression: Expression }[] = [];
  named(ROOT);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { number, expression } = next;
    fill(number, expression.kind === 'any' ? expression.of.map(sequence) : [sequence(expression)]);
  }
  return rules;
}

const toItems = (ranges: readonly Range[]): readonly Item[] => ranges.map((bytes) => ({ bytes }));
