import { CODE_POINTS } from './characters.ts';
import { DECOMPOSITIONS, RANKS } from './tables.ts';

/** Canonical normalisation by the tables' version of Unicode (UAX 15). */

const S_BASE = 0xac00;
const L_BASE = 0x1100;
const V_BASE = 0x1161;
const T_BASE = 0x11a7;
const V_COUNT = 21;
const T_COUNT = 28;
const S_COUNT = 19 * V_COUNT * T_COUNT;

const parse36 = (digits: string): number => Number.parseInt(digits, 36);

interface Tables {
  readonly decompositions: ReadonlyMap<number, readonly number[]>;
  /** By first × CODE_POINTS + second. */
  readonly compositions: ReadonlyMap<number, number>;
  readonly ranks: ReadonlyMap<number, number>;
}

let tables: Tables | undefined;

function unpack(): Tables {
  const ranks = new Map<number, number>();
  let at = 0;
  for (const run of RANKS.split(' ')) {
    const [rank, length] = run.split('.').map(parse36) as [number, number];
    if (rank > 0) for (let i = 0; i < length; i++) ranks.set(at + i, rank);
    at += length;
  }
  const decompositions = new Map<number, readonly number[]>();
  const composed: number[] = [];
  at = 0;
  for (const entry of DECOMPOSITIONS.split(',')) {
    const excluded = entry.startsWith('!');
    const [gap, ...parts] = entry
      .slice(excluded ? 1 : 0)
      .split(' ')
      .map(parse36) as [number, ...number[]];
    at += gap;
    decompositions.set(at, parts);
    if (!excluded) composed.push(at);
  }
  return { ranks, decompositions, compositions: pairs(decompositions, composed) };
}

/** Of full decompositions, the pair that each composed character is made of: what its beginning composes to, and its last part. */
function pairs(
  decompositions: ReadonlyMap<number, readonly number[]>,
  composed: readonly number[],
): ReadonlyMap<number, number> {
  const byParts = new Map(composed.map((code) => [String(decompositions.get(code)), code] as const));
  const compositions = new Map<number, number>();
  for (const code of composed) {
    const parts = decompositions.get(code) as readonly number[];
    const beginning = parts.slice(0, -1);
    const first = beginning.length === 1 ? beginning[0] : byParts.get(String(beginning));
    if (first !== undefined) compositions.set(first * CODE_POINTS + (parts.at(-1) as number), code);
  }
  return compositions;
}

function decompose(code: number, out: number[], { decompositions }: Tables): void {
  const s = code - S_BASE;
  if (s >= 0 && s < S_COUNT) {
    out.push(
      L_BASE + Math.floor(s / (V_COUNT * T_COUNT)),
      V_BASE + Math.floor((s % (V_COUNT * T_COUNT)) / T_COUNT),
    );
    if (s % T_COUNT > 0) out.push(T_BASE + (s % T_COUNT));
    return;
  }
  const parts = decompositions.get(code);
  if (parts) for (const part of parts) out.push(part);
  else out.push(code);
}

/** Puts runs of marks into the order of their classes, equals as they stand. */
function reorder(codes: number[], ranks: ReadonlyMap<number, number>): void {
  const rankOf = (code: number): number => ranks.get(code) ?? 0;
  for (let i = 0; i < codes.length; i++) {
    if (rankOf(codes[i] as number) === 0) continue;
    let end = i + 1;
    let sorted = true;
    while (end < codes.length && rankOf(codes[end] as number) > 0) {
      if (rankOf(codes[end - 1] as number) > rankOf(codes[end] as number)) sorted = false;
      end++;
    }
    if (!sorted) {
      const run = codes.slice(i, end).sort((a, b) => rankOf(a) - rankOf(b));
      for (let j = 0; j < run.length; j++) codes[i + j] = run[j] as number;
    }
    i = end - 1;
  }
}

function decomposed(text: string): number[] {
  tables ??= unpack();
  const codes: number[] = [];
  for (const each of text) decompose(each.codePointAt(0) as number, codes, tables);
  reorder(codes, tables.ranks);
  return codes;
}

const textOf = (codes: readonly number[]): string => {
  let out = '';
  for (const code of codes) out += String.fromCodePoint(code);
  return out;
};

/** Latin without marks is as it stands in both forms. */
const plain = (text: string): boolean => !/[^ -\u00bf\t\n\r]/.test(text);

/** NFD. */
export const toNfd = (text: string): string => (plain(text) ? text : textOf(decomposed(text)));

/** NFC. */
export function toNfc(text: string): string {
  if (plain(text)) return text;
  const codes = decomposed(text);
  const { ranks, compositions } = tables as Tables;
  const out: number[] = [];
  let starter = -1;
  let lastRank = 0;
  for (const code of codes) {
    const rank = ranks.get(code) ?? 0;
    const adjacent = starter === out.length - 1;
    if (starter >= 0 && (adjacent || (lastRank < rank && lastRank > 0))) {
      const composed = compose(out[starter] as number, code, compositions);
      if (composed !== undefined) {
        out[starter] = composed;
        continue;
      }
    }
    if (rank === 0) starter = out.length;
    out.push(code);
    lastRank = rank;
  }
  return textOf(out);
}

function compose(
  first: number,
  second: number,
  compositions: ReadonlyMap<number, number>,
): number | undefined {
  const l = first - L_BASE;
  const v = second - V_BASE;
  if (l >= 0 && l < 19 && v >= 0 && v < V_COUNT) return S_BASE + (l * V_COUNT + v) * T_COUNT;
  const s = first - S_BASE;
  const t = second - T_BASE;
  if (s >= 0 && s < S_COUNT && s % T_COUNT === 0 && t > 0 && t < T_COUNT) return first + t;
  return compositions.get(first * CODE_POINTS + second);
}
