import { invalid } from './fault.ts';
import type { Item, Rules } from './rules.ts';

/**
 * Takes away what no text can come from, so that a beginning that some rule follows can always be ended; and refuses
 * what a reader from the left could follow for ever without a byte.
 *
 * @throws CodedError `GRAMMAR_INVALID`
 */
export function checkRules(rules: Rules): Rules {
  const productive = closure(rules, { bytes: true });
  if (!productive.has(0)) throw invalid('has no text: every way through root is without end');
  const kept = rules.map((alternatives) =>
    alternatives.filter((items) => items.every((item) => !('rule' in item) || productive.has(item.rule))),
  );
  const empty = closure(kept, { bytes: false });
  if (turnsLeft(kept, empty))
    throw invalid('comes back to a rule before it has read a byte (left recursion)');
  return kept;
}

/** The rules that have an alternative of which each item holds: a byte does or does not, a rule that is known to does. */
function closure(rules: Rules, { bytes }: { readonly bytes: boolean }): Set<number> {
  const known = new Set<number>();
  const ready: number[] = [];
  /** For each rule, the alternatives that wait for it. */
  const waiting = new Map<number, { rule: number; left: number }[]>();
  rules.forEach((alternatives, number) => {
    for (const items of alternatives) {
      if (!bytes && items.some((item) => !('rule' in item))) continue;
      const needs = new Set(items.flatMap((item) => ('rule' in item ? [item.rule] : [])));
      const alternative = { rule: number, left: needs.size };
      if (needs.size === 0) ready.push(number);
      for (const each of needs) {
        const others = waiting.get(each);
        if (others) others.push(alternative);
        else waiting.set(each, [alternative]);
      }
    }
  });
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    if (known.has(next)) continue;
    known.add(next);
    for (const alternative of waiting.get(next) ?? [])
      if (--alternative.left === 0) ready.push(alternative.rule);
  }
  return known;
}

/** Whether some rule begins with itself; `empty` are the rules that may read nothing. */
function turnsLeft(rules: Rules, empty: ReadonlySet<number>): boolean {
  const begins = rules.map((alternatives) => alternatives.flatMap((items) => beginnings(items, empty)));
  const left = begins.map((next) => next.length);
  const from: number[][] = rules.map(() => []);
  begins.forEach((next, number) => {
    for (const each of next) (from[each] as number[]).push(number);
  });
  // Rules that lead nowhere are taken away, one after another: what is left goes round in circles.
  const free = left.flatMap((count, number) => (count === 0 ? [number] : []));
  let taken = 0;
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    taken++;
    for (const each of from[next] as number[]) {
      left[each] = (left[each] as number) - 1;
      if (left[each] === 0) free.push(each);
    }
  }
  return taken < rules.length;
}

function beginnings(items: readonly Item[], empty: ReadonlySet<number>): number[] {
  const found: number[] = [];
  for (const item of items) {
    if (!('rule' in item)) break;
    found.push(item.rule);
    if (!empty.has(item.rule)) break;
  }
  return found;
}
