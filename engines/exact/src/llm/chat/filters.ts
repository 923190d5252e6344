import { toLower } from '../unicode/characters.ts';
import type { Budget } from './budget.ts';
import type { Value } from './engine.ts';
import { jsonText } from './json-text.ts';
import { templateLimits } from './limits.ts';
import { textMethods } from './text-functions.ts';
import { type Arguments, argument, excessive, faulty, flagOf, integerOf, textOf, toValue } from './values.ts';

/** Filters in place of the engine's: those that a host could change, or a template could blow up. */
export type Filter = (value: Value, rest: Arguments, budget: Budget) => Value;

const ofText =
  (name: string): Filter =>
  (value, rest, budget) => {
    const run = textMethods[name];
    if (!run) throw new RangeError(`no method ${name}`);
    return run(textOf(value, `what ${name} is applied to`), rest, budget);
  };

function tojson(value: Value, rest: Arguments, budget: Budget): Value {
  const indent = integerOf(argument(rest, 0, 'indent'), 'indent') ?? 0;
  if (indent < 0 || indent > templateLimits.indent) throw excessive(`an indent of ${indent}`);
  const given = argument(rest, 1, 'separators');
  const separators =
    given === undefined
      ? undefined
      : elements(given, 'separators').map((each) => textOf(each, 'a separator'));
  if (separators && separators.length !== 2) throw faulty('separators are two texts');
  return toValue(
    jsonText(
      value,
      {
        indent,
        ascii: flagOf(argument(rest, 9, 'ensure_ascii'), 'ensure_ascii'),
        sorted: flagOf(argument(rest, 9, 'sort_keys'), 'sort_keys'),
        separators: separators as [string, string] | undefined,
      },
      budget,
    ),
  );
}

function elements(value: Value, what: string): readonly Value[] {
  if (Array.isArray(value.value)) return value.value;
  throw faulty(`${what} is no list`);
}

function join(value: Value, rest: Arguments, budget: Budget): Value {
  const separator = textOf(
    argument(rest, 0, 'd') ?? rest.named.get('separator') ?? toValue(''),
    'a separator',
  );
  const texts =
    value.type === 'StringValue'
      ? Array.from(value.value as string)
      : elements(value, 'what join is applied to').map(scalarText);
  budget.spend(texts.length);
  budget.allow(texts.reduce((sum, each) => sum + each.length + separator.length, 0));
  return toValue(texts.join(separator));
}

function scalarText(value: Value): string {
  if (value.type === 'NullValue' || value.type === 'UndefinedValue') return '';
  if (typeof value.value === 'object' || typeof value.value === 'function')
    throw faulty('join of what is no text');
  return value.toString();
}

function indent(value: Value, rest: Arguments, budget: Budget): Value {
  const text = textOf(value, 'what indent is applied to');
  const width = integerOf(argument(rest, 0, 'width'), 'width') ?? 4;
  if (width < 0 || width > templateLimits.indent) throw excessive(`an indent of ${width}`);
  const first = flagOf(argument(rest, 1, 'first'), 'first');
  const blank = flagOf(argument(rest, 2, 'blank'), 'blank');
  const lines = text.split('\n');
  budget.spend(lines.length);
  budget.allow(text.length + lines.length * width);
  const spaces = ' '.repeat(width);
  return toValue(
    lines
      .map((line, i) => ((i === 0 && !first) || (line === '' && !blank) ? line : spaces + line))
      .join('\n'),
  );
}

/** Below 0, 0 or above, for numbers and booleans among each other, texts, and nothing else. */
function compare(a: Value, b: Value, caseSensitive: boolean): number {
  if (typeof a.value === 'string' && typeof b.value === 'string') {
    const [left, right] = caseSensitive ? [a.value, b.value] : [toLower(a.value), toLower(b.value)];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  const numbers = [a.value, b.value].map((each) => (typeof each === 'boolean' ? Number(each) : each));
  const [left, right] = numbers;
  if (typeof left !== 'number' || typeof right !== 'number')
    throw faulty(`${a.type} is not compared with ${b.type}`);
  return left - right;
}

function sort(value: Value, rest: Arguments, budget: Budget): Value {
  const list = elements(value, 'what sort is applied to');
  budget.spend(list.length * 16);
  const reverse = flagOf(argument(rest, 0, 'reverse'), 'reverse') ? -1 : 1;
  const caseSensitive = flagOf(argument(rest, 1, 'case_sensitive'), 'case_sensitive');
  const attribute = argument(rest, 2, 'attribute');
  const keyOf = attribute === undefined ? (each: Value) => each : path(textOf(attribute, 'attribute'));
  return sorted(list, keyOf, caseSensitive, reverse);
}

function path(attribute: string): (value: Value) => Value {
  const names = attribute.split('.');
  return (value) => {
    let at: Value = value;
    for (const name of names) {
      const next = at.value instanceof Map ? (at.value as ReadonlyMap<string, Value>).get(name) : undefined;
      if (next === undefined) throw faulty(`a value to sort has no ${JSON.stringify(attribute)}`);
      at = next;
    }
    return at;
  };
}

/** A list value of these elements. */
function listOf(list: readonly Value[]): Value {
  const value = toValue([]);
  (value.value as Value[]).push(...list);
  return value;
}

const sorted = (
  list: readonly Value[],
  keyOf: (value: Value) => Value,
  caseSensitive: boolean,
  sign: number,
): Value => listOf(list.toSorted((a, b) => sign * compare(keyOf(a), keyOf(b), caseSensitive)));

function dictsort(value: Value, rest: Arguments, budget: Budget): Value {
  if (value.type !== 'ObjectValue') throw faulty('what dictsort is applied to is no object');
  const entries = [...(value.value as ReadonlyMap<string, Value>)].map(([key, each]) =>
    listOf([toValue(key), each]),
  );
  budget.spend(entries.length * 16);
  const caseSensitive = flagOf(argument(rest, 0, 'case_sensitive'), 'case_sensitive');
  const by = argument(rest, 1, 'by');
  const place = by === undefined || textOf(by, 'by') === 'key' ? 0 : 1;
  const reverse = flagOf(argument(rest, 2, 'reverse'), 'reverse') ? -1 : 1;
  return sorted(entries, (entry) => (entry.value as Value[])[place] as Value, caseSensitive, reverse);
}

export const filters: Readonly<Record<string, Filter>> = {
  tojson,
  join,
  indent,
  sort,
  dictsort,
  upper: ofText('upper'),
  lower: ofText('lower'),
  capitalize: ofText('capitalize'),
  title: ofText('title'),
  replace: ofText('replace'),
  trim: ofText('strip'),
};
