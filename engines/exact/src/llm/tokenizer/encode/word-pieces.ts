import { CharacterSet, toLower, WHITE_SPACE } from '../../unicode/characters.ts';
import { toNfd } from '../../unicode/normalize.ts';
import type { Algorithm } from '../definition.ts';
import { tokenizerLimits } from '../limits.ts';
import { invalid, type Vocabulary } from '../vocabulary.ts';
import { type Encoder, remember } from './encoder.ts';

type WordPieces = Extract<Algorithm, { kind: 'word-pieces' }>;

/** Before the text of an entry that begins a word. */
export const WORD_START = '\u2581';

function buildSets() {
  return {
    white: new CharacterSet({ ranges: WHITE_SPACE }),
    /** Tab and line ends are controls to Unicode and white space to BERT. */
    whiteOfBert: new CharacterSet({
      categories: ['Zs', 'Zl', 'Zp'],
      ranges: [
        [0x09, 0x0a],
        [0x0d, 0x0d],
      ],
    }),
    control: new CharacterSet({ categories: ['Cc', 'Cf', 'Co'] }),
    accent: new CharacterSet({ categories: ['Mn'] }),
    punctuation: new CharacterSet({
      categories: ['P'],
      ranges: [
        [0x21, 0x2f],
        [0x3a, 0x40],
        [0x5b, 0x60],
        [0x7b, 0x7e],
      ],
    }),
    chinese: new CharacterSet({
      ranges: [
        [0x4e00, 0x9fff],
        [0x3400, 0x4dbf],
        [0x20000, 0x2a6df],
        [0x2a700, 0x2b73f],
        [0x2b740, 0x2b81f],
        [0x2b920, 0x2ceaf],
        [0xf900, 0xfaff],
        [0x2f800, 0x2fa1f],
      ],
    }),
  };
}

let sets: ReturnType<typeof buildSets> | undefined;

/**
 * BERT's normalisation, words and pieces (specs/tokenizer.md section 7).
 *
 * @throws CodedError `TOKENIZER_INVALID` without an unknown token
 */
export function createWordPieces(
  algorithm: WordPieces,
  { byText, longest }: Vocabulary,
  unknown: number | undefined,
): Encoder {
  if (unknown === undefined) throw invalid('a WordPiece vocabulary without an unknown token');
  const pieces = remember(
    (word) => piecesOf(word, byText, longest, algorithm.longestWord) ?? [unknown],
    tokenizerLimits,
  );
  return (text, out) => {
    for (const word of words(normalize(text, algorithm))) for (const token of pieces(word)) out.push(token);
  };
}

function normalize(
  text: string,
  { cleanText, chineseCharacters, stripAccents, lowercase }: WordPieces,
): string {
  sets ??= buildSets();
  let out = text;
  if (cleanText || chineseCharacters) {
    out = '';
    for (const each of text) {
      const code = each.codePointAt(0) as number;
      if (cleanText && sets.whiteOfBert.has(code)) out += ' ';
      else if (cleanText && (code === 0 || code === 0xfffd || sets.control.has(code))) continue;
      else if (chineseCharacters && sets.chinese.has(code)) out += ` ${each} `;
      else out += each;
    }
  }
  if (stripAccents) out = without(toNfd(out), sets.accent);
  return lowercase ? toLower(out) : out;
}

function without(text: string, set: CharacterSet): string {
  let out = '';
  for (const each of text) if (!set.has(each.codePointAt(0) as number)) out += each;
  return out;
}

/** Cuts at white space, and around each punctuation mark. */
function words(text: string): string[] {
  const { white, punctuation } = sets as ReturnType<typeof buildSets>;
  const out: string[] = [];
  let start = 0;
  let at = 0;
  const wordTo = (end: number): void => {
    if (end > start) out.push(text.slice(start, end));
  };
  for (const each of text) {
    const end = at + each.length;
    const code = each.codePointAt(0) as number;
    const mark = punctuation.has(code);
    if (mark || white.has(code)) {
      wordTo(at);
      if (mark) out.push(each);
      start = end;
    }
    at = end;
  }
  wordTo(at);
  return out;
}

/** The longest entry from the left, again and again; undefined where none fits or the word is too long. */
function piecesOf(
  word: string,
  byText: ReadonlyMap<string, number>,
  longest: number,
  longestWord: number,
): number[] | undefined {
  const starts = [0];
  for (const each of word) starts.push((starts.at(-1) as number) + each.length);
  const count = starts.length - 1;
  if (count > longestWord) return undefined;
  const tokens: number[] = [];
  for (let from = 0; from < count; ) {
    let to = count;
    let id: number | undefined;
    for (; to > from; to--) {
      const text = word.slice(starts[from] as number, starts[to] as number);
      if (text.length > longest) continue;
      id = byText.get(from === 0 ? WORD_START + text : text);
      if (id !== undefined) break;
    }
    if (id === undefined) return undefined;
    tokens.push(id);
    from = to;
  }
  return tokens;
}
