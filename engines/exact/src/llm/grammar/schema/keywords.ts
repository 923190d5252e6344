import { invalid, unsupported } from '../fault.ts';
import { grammarLimits } from '../limits.ts';

/** What says nothing about which values fit. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** The keywords of one schema; remembers which were read. */
export interface Keywords {
  /** JSON pointer. */
  readonly where: string;
  has(name: string): boolean;
  take(name: string): unknown;
  text(name: string): string | undefined;
  list(name: string): readonly unknown[] | undefined;
  /** Members in their order: names that are array indices first, ascending, then as they stand in the text. */
  members(name: string): readonly (readonly [string, unknown])[] | undefined;
  /** An integer from 0 to the limit of repetitions. */
  count(name: string): number | undefined;
  /** A finite number. */
  bound(name: string): number | undefined;
  /** @throws CodedError `GRAMMAR_UNSUPPORTED` for a keyword that nothing has read */
  end(): void;
}

/** @throws CodedError `GRAMMAR_INVALID` where it is no object, and for each keyword of another type, when it is read */
export function readKeywords(schema: unknown, where: string): Keywords {
  if (!isObject(schema))
    throw invalid(`has something at ${where || 'its root'} that is no schema`, { where });
  const read = new Set<string>();

  function take(name: string): unknown {
    read.add(name);
    return Object.hasOwn(schema as object, name) ? (schema as Record<string, unknown>)[name] : undefined;
  }

  const wrong = (name: string, what: string) =>
    invalid(`has ${name} at ${where || 'its root'} that is no ${what}`, { where });

  function taken<Value>(
    name: string,
    what: string,
    fits: (value: unknown) => value is Value,
  ): Value | undefined {
    const value = take(name);
    if (value === undefined || fits(value)) return value;
    throw wrong(name, what);
  }

  return {
    where,
    has: (name) => Object.hasOwn(schema, name),
    take,
    text: (name) => taken(name, 'text', (value) => typeof value === 'string'),
    list: (name) => taken(name, 'list', (value) => Array.isArray(value)),
    members(name) {
      const value = taken(name, 'object', isObject);
      return value && Object.entries(value);
    },
    count(name) {
      const value = taken(
        name,
        'count',
        (each): each is number => Number.isSafeInteger(each) && (each as number) >= 0,
      );
      if (value !== undefined && value > grammarLimits.repetitions)
        throw unsupported(where, `has ${name} above ${grammarLimits.repetitions}`);
      return value;
    },
    bound: (name) => taken(name, 'number', (value) => typeof value === 'number'),
    end() {
      const unread = Object.keys(schema).find((name) => !read.has(name) && !ANNOTATIONS.has(name));
      if (unread !== undefined)
        throw unsupported(where, `has ${JSON.stringify(unread)}, which has no grammar here`);
    },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
