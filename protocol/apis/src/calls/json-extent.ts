/** A member of a JSON object in a text: its name, and where its value stands. */
export interface Extent {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const SPACE = /[ \t\n\r]*/y;
const SCALAR = /(?:true|false|null|-?[0-9][0-9.eE+-]*)/y;

/** Where a sticky pattern that begins at `at` ends; undefined where it does not begin there. */
function after(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** The first place from `at` on that is no JSON white space. */
export const skipSpace = (text: string, at: number): number => after(SPACE, text, at) ?? at;

/** Where the JSON white space before `at` begins. */
export function beforeSpace(text: string, at: number): number {
  let end = at;
  while (end > 0 && ' \t\n\r'.includes(text[end - 1] as string)) end--;
  return end;
}

/**
 * Where the JSON value that begins at `at` ends; undefined where none does. Brackets and strings are matched, no
 * more: `JSON.parse` of what is between says whether it is JSON.
 */
export function valueEnd(text: string, at: number): number | undefined {
  const open: string[] = [];
  for (let i = at; i < text.length; ) {
    const character = text[i] as string;
    let next: number | undefined = i + 1;
    if (character === '{' || character === '[') open.push(character);
    else if (character === '}' || character === ']') {
      if (open.pop() !== (character === '}' ? '{' : '[')) return undefined;
    } else if (character === '"') next = stringEnd(text, i);
    else if (open.length === 0 || !',: \t\n\r'.includes(character)) next = after(SCALAR, text, i);
    if (next === undefined) return undefined;
    if (open.length === 0) return next;
    i = next;
  }
  return undefined;
}

/** Where the string that begins at `at` ends: behind the first quote with an even number of backslashes before it. */
function stringEnd(text: string, at: number): number | undefined {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let before = quote;
    while (text[before - 1] === '\\') before--;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
  return undefined;
}

/**
 * The members of the JSON object that begins at `at`, in order, and where it ends; undefined where no whole object
 * is there or a name is given twice.
 */
export function membersAt(
  text: string,
  at: number,
): { readonly members: readonly Extent[]; readonly end: number } | undefined {
  const end = text[at] === '{' ? valueEnd(text, at) : undefined;
  if (end === undefined || !isJson(text.slice(at, end))) return undefined;
  const members: Extent[] = [];
  for (let i = skipSpace(text, at + 1); i < end - 1; ) {
    const nameEnd = valueEnd(text, i) as number;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1);
    const stop = valueEnd(text, start) as number;
    members.push({ name: JSON.parse(text.slice(i, nameEnd)) as string, start, end: stop });
    // Behind the comma, or behind the object.
    i = skipSpace(text, skipSpace(text, stop) + 1);
  }
  return new Set(members.map(({ name }) => name)).size === members.length ? { members, end } : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
