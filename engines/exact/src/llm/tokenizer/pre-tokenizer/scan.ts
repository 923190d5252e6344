import type { CharacterSet } from '../../unicode/characters.ts';
import type { Pass, Rule, Run } from './rule.ts';

/** A text with the piece that is being cut: nothing beyond its end is looked at. */
interface Piece {
  readonly text: string;
  readonly end: number;
}

/**
 * Cuts a well-formed text into pieces (specs/tokenizer.md section 5).
 *
 * @returns where each piece ends, ascending, the last at the text's end; nothing for an empty text
 */
export function cut(text: string, passes: readonly Pass[]): number[] {
  let ends = text === '' ? [] : [text.length];
  for (const pass of passes) {
    const finer: number[] = [];
    let start = 0;
    for (const end of ends) {
      cutPiece({ text, end }, start, pass, finer);
      start = end;
    }
    ends = finer;
  }
  return ends;
}

function cutPiece(piece: Piece, start: number, pass: Pass, ends: number[]): void {
  if (pass.kind === 'rules') cutByRules(piece, start, pass.rules, ends);
  else if (pass.kind === 'ending') cutEnding(piece, start, pass.set, ends);
  else cutBefore(piece, start, pass.set, ends);
}

function cutByRules(piece: Piece, start: number, rules: readonly Rule[], ends: number[]): void {
  let between = start;
  for (let at = start; at < piece.end; ) {
    const end = firstMatch(piece, at, rules);
    if (end < 0) {
      at += width(piece, at);
      continue;
    }
    if (at > between) ends.push(at);
    ends.push(end);
    at = end;
    between = end;
  }
  if (piece.end > between) ends.push(piece.end);
}

function cutEnding({ text, end }: Piece, start: number, set: CharacterSet, ends: number[]): void {
  let at = end;
  while (at > start) {
    const before = stepBack(text, at);
    if (!set.has(text.codePointAt(before) as number)) break;
    at = before;
  }
  if (at > start && at < end) ends.push(at);
  ends.push(end);
}

function cutBefore(piece: Piece, start: number, set: CharacterSet, ends: number[]): void {
  for (let at = start + 1; at < piece.end; at++) if (set.has(piece.text.charCodeAt(at))) ends.push(at);
  ends.push(piece.end);
}

/** End of the first rule's match that is not empty, or -1. */
function firstMatch(piece: Piece, at: number, rules: readonly Rule[]): number {
  for (const each of rules) {
    const end = matchRule(piece, at, each);
    if (end > at) return end;
  }
  return -1;
}

function matchRule(
  piece: Piece,
  at: number,
  { words, anyCase = false, runs, tail, notBefore }: Rule,
): number {
  if (words) {
    const length = wordAt(piece, at, words, anyCase);
    if (length === 0) return -1;
    at += length;
  }
  const end = matchRuns(piece, at, runs, 0, notBefore);
  return end >= 0 && tail ? end + wordAt(piece, end, tail, true) : end;
}

function matchRuns(
  piece: Piece,
  at: number,
  runs: readonly Run[],
  index: number,
  notBefore: CharacterSet | undefined,
): number {
  const current = runs[index];
  if (!current) {
    const follows = notBefore && at < piece.end && notBefore.has(piece.text.codePointAt(at) as number);
    return follows ? -1 : at;
  }
  let end = at;
  let count = 0;
  while (count < current.most && end < piece.end) {
    const code = piece.text.codePointAt(end) as number;
    if (!current.set.has(code)) break;
    end += code > 0xffff ? 2 : 1;
    count++;
  }
  for (; count >= current.least; count--) {
    const rest = matchRuns(piece, end, runs, index + 1, notBefore);
    if (rest >= 0) return rest;
    if (count === 0) break;
    end = stepBack(piece.text, end);
  }
  return -1;
}

/** Length of the first word that stands there, or 0. */
function wordAt({ text, end }: Piece, at: number, words: readonly string[], anyCase: boolean): number {
  for (const word of words) {
    if (at + word.length > end) continue;
    let i = 0;
    while (i < word.length && sameLetter(text.charCodeAt(at + i), word.charCodeAt(i), anyCase)) i++;
    if (i === word.length) return word.length;
  }
  return 0;
}

/** `letter` is lower case or no letter. */
function sameLetter(unit: number, letter: number, anyCase: boolean): boolean {
  return unit === letter || (anyCase && letter >= 0x61 && letter <= 0x7a && unit === letter - 0x20);
}

const width = ({ text }: Piece, at: number): number => ((text.codePointAt(at) as number) > 0xffff ? 2 : 1);

function stepBack(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 2 : at - 1;
}
