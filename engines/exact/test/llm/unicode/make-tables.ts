import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { categories, UNICODE_VERSION } from '../../../src/llm/unicode/version.ts';

/**
 * Writes src/llm/unicode/tables.ts from what this Node knows of Unicode, which must be the version that
 * specs/tokenizer.md names. Run by hand; a test compares.
 */

const LAST = 0x10ffff;
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;
const text = (...codes: number[]) => String.fromCodePoint(...codes);
const codesOf = (each: string) => Array.from(each, (c) => c.codePointAt(0) as number);
const base36 = (value: number) => value.toString(36);

function runs<T>(of: (code: number) => T): { value: T; length: number }[] {
  const out: { value: T; length: number }[] = [];
  for (let code = 0; code <= LAST; code++) {
    const value = of(code);
    const last = out.at(-1);
    if (last?.value === value) last.length++;
    else out.push({ value, length: 1 });
  }
  return out;
}

function categoryRuns(): string {
  const tests = categories.map((name) => new RegExp(`^\\p{${name}}$`, 'u'));
  let last = 0;
  return runs((code) => {
    const each = text(code);
    if (!tests[last]?.test(each)) last = tests.findIndex((test) => test.test(each));
    return last;
  })
    .map(({ value, length }) => `${base36(value).toUpperCase()}${length === 1 ? '' : base36(length)}`)
    .join(' ');
}

/** Runs of code points whose mapping has one difference: `gap step count delta`. */
function simpleMappings(map: (each: string) => string): { simple: string; special: string } {
  const pairs: [number, number][] = [];
  const special: string[] = [];
  for (let code = 0; code <= LAST; code++) {
    if (isSurrogate(code)) continue;
    const mapped = codesOf(map(text(code)));
    if (mapped.length > 1) special.push([code, ...mapped].map(base36).join(' '));
    else if (mapped[0] !== code) pairs.push([code, (mapped[0] as number) - code]);
  }
  const out: string[] = [];
  let end = 0;
  for (let i = 0; i < pairs.length; ) {
    const [start, delta] = pairs[i] as [number, number];
    const step = (pairs[i + 1]?.[0] ?? 0) - start === 2 ? 2 : 1;
    let count = 1;
    while (pairs[i + count]?.[0] === start + count * step && pairs[i + count]?.[1] === delta) count++;
    out.push([start - end, step, count, delta].map(base36).join(' '));
    end = start;
    i += count;
  }
  return { simple: out.join(','), special: special.join(',') };
}

/** Combining classes by rank: their order is all that normalisation asks for. */
function combiningRanks(): { runs: string } {
  const lowest = 0x0334;
  const highest = 0x0345;
  const plain = (code: number) => text(code).normalize('NFD') === text(code);
  const ordered = (a: number, b: number) => text(a, b).normalize('NFD') === text(a, b);
  const marks: number[] = [];
  for (let code = 0; code <= LAST; code++) {
    if (isSurrogate(code) || !plain(code)) continue;
    if (!ordered(highest, code) || code === highest || !ordered(code, lowest)) marks.push(code);
  }
  if (!marks.includes(lowest)) marks.push(lowest);
  const classes: number[][] = [];
  for (const mark of marks) {
    const same = classes.find(
      ([first]) => first !== undefined && ordered(first, mark) && ordered(mark, first),
    );
    if (same) same.push(mark);
    else classes.push([mark]);
  }
  classes.sort(([a], [b]) => (ordered(a as number, b as number) ? -1 : 1));
  const rank = new Map(classes.flatMap((each, i) => each.map((mark) => [mark, i + 1] as const)));
  return {
    runs: runs((code) => rank.get(code) ?? 0)
      .map(({ value, length }) => `${base36(value).toUpperCase()}.${base36(length)}`)
      .join(' '),
  };
}

/** Full canonical decompositions without Hangul; `!` where the parts do not compose again. */
function decompositions(): string {
  const out: string[] = [];
  let end = 0;
  for (let code = 0; code <= LAST; code++) {
    if (isSurrogate(code) || (code >= 0xac00 && code <= 0xd7a3)) continue;
    const each = text(code);
    const parts = codesOf(each.normalize('NFD'));
    if (parts.length === 1 && parts[0] === code) continue;
    const composes = each.normalize('NFC') === each ? '' : '!';
    out.push(`${composes}${[code - end, ...parts].map(base36).join(' ')}`);
    end = code;
  }
  return out.join(',');
}

/** The constants of tables.ts. */
export function tables(): Record<string, string> {
  const lower = simpleMappings((each) => each.toLowerCase());
  const upper = simpleMappings((each) => each.toUpperCase());
  return {
    CATEGORIES: categoryRuns(),
    LOWER: lower.simple,
    LOWER_SPECIAL: lower.special,
    UPPER: upper.simple,
    UPPER_SPECIAL: upper.special,
    RANKS: combiningRanks().runs,
    DECOMPOSITIONS: decompositions(),
  };
}

if (import.meta.main) {
  if (process.versions['unicode'] !== UNICODE_VERSION)
    throw new RangeError(`this Node knows Unicode ${process.versions['unicode']}, not ${UNICODE_VERSION}`);
  const lines = Object.entries(tables()).map(([name, value]) => `export const ${name} =\n  '${value}';\n`);
  const head = `// Unicode ${UNICODE_VERSION}, written by test/llm/unicode/make-tables.ts; read by characters.ts and normalize.ts.\n`;
  writeFileSync(join(import.meta.dirname, '../../../src/llm/unicode/tables.ts'), head + lines.join(''));
}
