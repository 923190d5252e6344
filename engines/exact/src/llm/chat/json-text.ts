import type { Budget } from './budget.ts';
import type { Value } from './engine.ts';
import { faulty } from './values.ts';

export interface JsonOptions {
  /** Spaces of a level; 0: all in one line. */
  readonly indent: number;
  readonly ascii: boolean;
  readonly sorted: boolean;
  readonly separators: readonly [item: string, key: string] | undefined;
}

/**
 * JSON as Python's `json.dumps` lays it out; numbers and escapes are ECMAScript's.
 *
 * @throws CodedError `TEMPLATE_LIMIT`, `TEMPLATE_INVALID` for what is no JSON
 */
export function jsonText(value: Value, options: JsonOptions, budget: Budget): string {
  const [item, key] = options.separators ?? [options.indent > 0 ? ',' : ', ', ': '];
  let length = 0;
  const counted = (text: string): string => {
    length += text.length;
    budget.allow(length);
    return text;
  };
  const scalar = (text: string | number | boolean): string => {
    const json = JSON.stringify(text);
    return counted(options.ascii ? escapeAll(json) : json);
  };
  const laidOut = (open: string, parts: string[], close: string, depth: number): string => {
    if (parts.length === 0) return counted(open + close);
    const line = options.indent > 0 ? `\n${' '.repeat(options.indent * depth)}` : '';
    const inner = line + ' '.repeat(options.indent);
    length += open.length + inner.length + line.length + close.length;
    length += (parts.length - 1) * (item.length + inner.length);
    budget.allow(length);
    return `${open}${inner}${parts.join(item + inner)}${line}${close}`;
  };
  const write = (each: Value, depth: number): string => {
    if (each.type === 'NullValue' || each.type === 'UndefinedValue') return counted('null');
    if (Array.isArray(each.value))
      return laidOut(
        '[',
        each.value.map((element: Value) => write(element, depth + 1)),
        ']',
        depth,
      );
    if (each.value instanceof Map) {
      const entries = [...(each.value as ReadonlyMap<string, Value>)];
      if (options.sorted) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      return laidOut(
        '{',
        entries.map(([name, element]) => scalar(name) + counted(key) + write(element, depth + 1)),
        '}',
        depth,
      );
    }
    if (typeof each.value === 'function') throw faulty('tojson of a function');
    return scalar(each.value as string | number | boolean);
  };
  return write(value, 0);
}

const escapeAll = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
