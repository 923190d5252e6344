import type { CompiledGrammar } from './compile.ts';
import { overLimit } from './fault.ts';
import { grammarLimits } from './limits.ts';
import type { Item } from './rules.ts';

/** Ends of what a text may still be, each a stack: ascending, each once. Empty where the text is no beginning. */
export type State = readonly number[];

/** The stack of a text that is whole. */
export const WHOLE = 0;
/** Stands for the stack below when only what lies on top of it is known. */
export const BELOW = 1;

/**
 * Reads bytes by a grammar and knows every way in which they could go on (specs/grammar.md section 4). A stack is a
 * place in a rule, where a byte comes next, and the stack that goes on behind the rule. Equal stacks have one number.
 */
export interface Automaton {
  readonly start: State;
  /** @throws CodedError `GRAMMAR_LIMIT` more stacks than an engine may hold */
  step(state: State, byte: number): State;
  /** The places on top of a stack that is neither `WHOLE` nor `BELOW`, the topmost first, at most `most`. */
  top(stack: number, most: number): readonly number[];
  /** A stack with these places on top, the topmost first; `BELOW` stands for the rest. */
  local(places: readonly number[]): number;
  /** Forgets every stack but those of a state, which is given back under its new numbers. */
  compact(state: State): State;
  /** Stacks that are known. */
  readonly size: number;
}

const END = -1;

export function createAutomaton({ items, starts }: CompiledGrammar): Automaton {
  let stacks = createStacks();

  function createStacks() {
    return {
      places: [END, END],
      parents: [WHOLE, BELOW],
      /** Each stack after its byte was read; made when it is first asked for. */
      after: [] as (State | undefined)[],
      known: new Map<number, number>(),
    };
  }

  function stackAt(place: number, parent: number): number {
    const key = parent * items.length + place;
    const known = stacks.known.get(key);
    if (known !== undefined) return known;
    const number = stacks.places.push(place) - 1;
    stacks.parents.push(parent);
    stacks.known.set(key, number);
    return number;
  }

  /** Goes on at places, each with the stack behind its rule, until bytes come next. */
  function follow(from: readonly (readonly [place: number, parent: number])[]): State {
    const found = new Set<number>();
    const seen = new Set<number>();
    const open = [...from];
    for (let next = open.pop(); next; next = open.pop()) {
      const [place, parent] = next;
      const key = parent * items.length + place;
      if (seen.has(key)) continue;
      seen.add(key);
      if (seen.size > grammarLimits.places || found.size > grammarLimits.stacks)
        throw overLimit(`leaves open more than ${grammarLimits.stacks} ways to go on`);
      const item = items[place];
      if (item === undefined) {
        // The end of a rule: on with what called it.
        if (parent === WHOLE || parent === BELOW) found.add(parent);
        else open.push([stacks.places[parent] as number, stacks.parents[parent] as number]);
      } else if (!('rule' in item)) found.add(stackAt(place, parent));
      else {
        // Where nothing is left in this rule behind the call, its caller is the one to come back to.
        const back = items[place + 1] === undefined ? parent : stackAt(place + 1, parent);
        for (const start of starts[item.rule] as readonly number[]) open.push([start, back]);
      }
    }
    return sorted(found);
  }

  const sorted = (found: Set<number>): State => [...found].sort((a, b) => a - b);

  function after(stack: number): State {
    const known = stacks.after[stack];
    if (known) return known;
    const next = follow([[(stacks.places[stack] as number) + 1, stacks.parents[stack] as number]]);
    stacks.after[stack] = next;
    return next;
  }

  function reads(stack: number, byte: number): boolean {
    if (stack === WHOLE || stack === BELOW) return false;
    const item = items[stacks.places[stack] as number] as Item;
    return 'bytes' in item && item.bytes[0] <= byte && byte <= item.bytes[1];
  }

  function copy(from: ReturnType<typeof createStacks>, stack: number): number {
    // From the bottom up, without recursion: stacks may be deep.
    const places: number[] = [];
    let bottom = stack;
    for (; bottom > BELOW; bottom = from.parents[bottom] as number)
      places.push(from.places[bottom] as number);
    return places.reduceRight((parent, place) => stackAt(place, parent), bottom);
  }

  return {
    get start() {
      return follow((starts[0] as readonly number[]).map((start) => [start, WHOLE]));
    },
    step(state, byte) {
      const reading = state.filter((stack) => reads(stack, byte));
      if (reading.length <= 1) return reading.length === 0 ? [] : after(reading[0] as number);
      const found = new Set<number>();
      for (const stack of reading) for (const next of after(stack)) found.add(next);
      if (found.size > grammarLimits.stacks)
        throw overLimit(`leaves open more than ${grammarLimits.stacks} ways to go on`);
      return sorted(found);
    },
    top(stack, most) {
      const places: number[] = [];
      for (let at = stack; at > BELOW && places.length < most; at = stacks.parents[at] as number)
        places.push(stacks.places[at] as number);
      return places;
    },
    local: (places) => places.reduceRight<number>((parent, place) => stackAt(place, parent), BELOW),
    compact(state) {
      const before = stacks;
      stacks = createStacks();
      return sorted(new Set(state.map((stack) => copy(before, stack))));
    },
    get size() {
      return stacks.places.length;
    },
  };
}
