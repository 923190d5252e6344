import { CATEGORIES, LOWER, LOWER_SPECIAL, UPPER, UPPER_SPECIAL } from './tables.ts';
import { type Category, categories } from './version.ts';

/** Code points are below it. */
export const CODE_POINTS = 0x110000;

const parse36 = (digits: string): number => Number.parseInt(digits, 36);

/** Entries of a table that is a list of runs `VALUElength`: the value in capitals or digits, one character. */
function unpackCategories(): Uint8Array {
  const table = new Uint8Array(CODE_POINTS);
  let at = 0;
  for (const run of CATEGORIES.split(' ')) {
    const length = run.length === 1 ? 1 : parse36(run.slice(1));
    table.fill(parse36(run.charAt(0)), at, at + length);
    at += length;
  }
  return table;
}

let table: Uint8Array | undefined;

/** General category of a code point. */
export function categoryOf(code: number): Category {
  table ??= unpackCategories();
  return categories[table[code] as number] as Category;
}

/** What a set of characters holds: general categories (`L` is all of `Lu Ll Lt Lm Lo`), and single characters or ranges of them. */
export interface CharacterSetOptions {
  readonly categories?: readonly string[];
  /** First and last of each range; a text of one character is a range of one. */
  readonly ranges?: readonly (readonly [number, number])[];
  /** Everything but what is named. */
  readonly negated?: boolean;
}

/** A set of code points, one bit each. */
export class CharacterSet {
  readonly #bits = new Uint32Array(CODE_POINTS / 32);

  constructor({ categories: names = [], ranges = [], negated = false }: CharacterSetOptions) {
    table ??= unpackCategories();
    const member = categories.map((category) => names.some((name) => category.startsWith(name)));
    if (member.includes(true))
      for (let code = 0; code < CODE_POINTS; code++) if (member[table[code] as number]) this.#add(code);
    for (const [first, last] of ranges) for (let code = first; code <= last; code++) this.#add(code);
    if (negated) for (let i = 0; i < this.#bits.length; i++) this.#bits[i] = ~(this.#bits[i] as number);
  }

  has(code: number): boolean {
    return (((this.#bits[code >>> 5] as number) >>> (code & 31)) & 1) === 1;
  }

  #add(code: number): void {
    this.#bits[code >>> 5] = (this.#bits[code >>> 5] as number) | (1 << (code & 31));
  }
}

/** White_Space, which has not changed since Unicode 6.3. */
export const WHITE_SPACE: readonly (readonly [number, number])[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

function unpackCase(simple: string, special: string): ReadonlyMap<number, string> {
  const map = new Map<number, string>();
  let at = 0;
  for (const run of simple.split(',')) {
    const [gap, step, count, delta] = run.split(' ').map(parse36) as [number, number, number, number];
    at += gap;
    for (let i = 0; i < count; i++) map.set(at + i * step, String.fromCodePoint(at + i * step + delta));
  }
  for (const entry of special.split(',')) {
    const [code, ...mapped] = entry.split(' ').map(parse36) as [number, ...number[]];
    map.set(code, String.fromCodePoint(...mapped));
  }
  return map;
}

let lower: ReadonlyMap<number, string> | undefined;
let upper: ReadonlyMap<number, string> | undefined;

function mapEach(text: string, map: ReadonlyMap<number, string>): string {
  let out = '';
  for (const each of text) out += map.get(each.codePointAt(0) as number) ?? each;
  return out;
}

/** Each code point's full lower case; no rule looks at its neighbours (a final sigma is a sigma). */
export function toLower(text: string): string {
  lower ??= unpackCase(LOWER, LOWER_SPECIAL);
  return mapEach(text, lower);
}

/** Each code point's full upper case. */
export function toUpper(text: string): string {
  upper ??= unpackCase(UPPER, UPPER_SPECIAL);
  return mapEach(text, upper);
}
