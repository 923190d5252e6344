import { toNfc } from '../unicode/normalize.ts';
import { checkDefinition } from './check-definition.ts';
import { type TokenizerDefinition, tokenKinds } from './definition.ts';
import { createBytePairs } from './encode/byte-pairs.ts';
import { type Encoder, remember } from './encode/encoder.ts';
import { createScoredPairs } from './encode/scores.ts';
import { createUnigram } from './encode/unigram.ts';
import { createWordPieces } from './encode/word-pieces.ts';
import { tokenizerLimits } from './limits.ts';
import { createLooseEnds } from './loose-ends.ts';
import { type PreTokenizerName, preTokenizer } from './pre-tokenizer/pre-tokenizers.ts';
import { cut } from './pre-tokenizer/scan.ts';
import { createSpecialTokens, type Part } from './special-tokens.ts';
import { createTokenBytes } from './token-bytes.ts';
import type { Tokenizer } from './tokenizer.ts';
import { indexVocabulary, tooLarge, type Vocabulary } from './vocabulary.ts';

const MARK = '\u2581';

/**
 * A tokenizer from what its file says (specs/tokenizer.md).
 *
 * @throws CodedError `TOKENIZER_INVALID`, `TOKENIZER_UNSUPPORTED`, `TOKENIZER_LIMIT`
 */
export function createTokenizer(definition: TokenizerDefinition): Tokenizer {
  checkDefinition(definition);
  const vocabulary = indexVocabulary(definition);
  const { tokens, kinds, bos, eos, begin, end } = definition;
  const encodeText = createEncoder(definition, vocabulary);
  const { split, splitSpecial } = createSplitters(definition);
  const control = (token: number): boolean =>
    kinds[token] === tokenKinds.control || kinds[token] === tokenKinds.unknown;
  return {
    vocabulary: tokens.length,
    ...(bos === undefined ? {} : { bos }),
    ...(eos === undefined ? {} : { eos }),
    ends: new Set(definition.ends),
    encode(text, { special, whole }) {
      const out: number[] = [];
      const parts = (special ? splitSpecial : split)(wellFormed(text));
      for (const [index, part] of parts.entries()) {
        if ('token' in part) out.push(part.token);
        else encodeText(withPrefix(definition, part.text, index === 0), out);
      }
      if (whole && begin !== undefined && out[0] !== begin) out.unshift(begin);
      if (whole && end !== undefined && (out.length < 2 || out.at(-1) !== end)) out.push(end);
      return out;
    },
    bytes: createTokenBytes(definition),
    control,
    text: (token) => tokens[token] ?? '',
  };
}

function wellFormed(text: string): string {
  const { textBytes } = tokenizerLimits;
  if (text.length > textBytes / 3 && byteLength(text) > textBytes)
    throw tooLarge(`a text to tokenize has more than ${textBytes} bytes`);
  return text.toWellFormed();
}

function byteLength(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Each half of a pair counts two, a lone one three: as in UTF-8 with U+FFFD, but for a lone one, which counts two.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes;
}

function withPrefix(
  { prefix, normalization, markSpaces }: TokenizerDefinition,
  text: string,
  first: boolean,
): string {
  const normal = normalization === 'nfc' ? toNfc(text) : text;
  const marked = markSpaces ? normal.replaceAll(' ', MARK) : normal;
  if (prefix === 'never' || (prefix === 'first-missing' && !first)) return marked;
  const space = markSpaces ? MARK : ' ';
  return prefix !== 'each' && marked.startsWith(space) ? marked : space + marked;
}

function createSplitters({ tokens, kinds, strips }: TokenizerDefinition): {
  split(text: string): Part[];
  splitSpecial(text: string): Part[];
} {
  const stripOf = new Map(strips.map((each) => [each.token, each]));
  const specials = tokens.flatMap((text, token) => {
    const { left = false, right = false } = stripOf.get(token) ?? {};
    return text === '' ? [] : [{ token, text, left, right }];
  });
  const ofKinds = (...wanted: number[]) =>
    createSpecialTokens(specials.filter(({ token }) => wanted.includes(kinds[token] as number)));
  const { defined, control, unknown } = tokenKinds;
  return { split: ofKinds(defined), splitSpecial: ofKinds(defined, control, unknown) };
}

function createEncoder(definition: TokenizerDefinition, vocabulary: Vocabulary): Encoder {
  const { algorithm, unknown } = definition;
  if (algorithm.kind === 'word-pieces') return createWordPieces(algorithm, vocabulary, unknown);
  const encodePiece = createPieceEncoder(definition, vocabulary);
  const pieces = remember(encodePiece, tokenizerLimits);
  const cutText = createCutter(definition, vocabulary);
  return (text, out) => {
    let start = 0;
    for (const end of cutText(text)) {
      for (const token of pieces(text.slice(start, end))) out.push(token);
      start = end;
    }
  };
}

function createPieceEncoder(
  definition: TokenizerDefinition,
  vocabulary: Vocabulary,
): (piece: string) => readonly number[] {
  const { algorithm, unknown } = definition;
  if (algorithm.kind === 'byte-pairs') return createBytePairs(definition, vocabulary, algorithm);
  if (algorithm.kind === 'scores') return createScoredPairs(algorithm.scores, vocabulary, unknown);
  if (algorithm.kind === 'unigram') return createUnigram(algorithm.scores, vocabulary, unknown);
  throw new RangeError(`no encoder of pieces for ${algorithm.kind}`);
}

/** Where pieces end. */
function createCutter(
  { algorithm, preTokenizer: name }: TokenizerDefinition,
  { byText }: Vocabulary,
): (text: string) => number[] {
  const merges = algorithm.kind === 'scores' || algorithm.kind === 'byte-pairs';
  if (name === 'none' && merges) return createLooseEnds(byText.keys());
  const passes = preTokenizer(name as PreTokenizerName);
  return (text) => cut(text, passes);
}
