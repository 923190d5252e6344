import { utf8 } from '@isobit/core';
import { type Algorithm, type TokenizerDefinition, tokenKinds } from '../definition.ts';
import { mergeSymbols } from '../merge-symbols.ts';
import { PairTable } from '../pair-table.ts';
import { byteCharacters, spellBytes } from '../spelled-bytes.ts';
import { invalid, needBytes, pushBytes, type Vocabulary } from '../vocabulary.ts';

type BytePairs = Extract<Algorithm, { kind: 'byte-pairs' }>;

/**
 * Byte-pair encoding of one piece (specs/tokenizer.md section 6.1).
 *
 * @throws CodedError `TOKENIZER_INVALID` for merges of unknown parts, or a byte without a token
 */
export function createBytePairs(
  definition: TokenizerDefinition,
  vocabulary: Vocabulary,
  algorithm: BytePairs,
): (piece: string) => readonly number[] {
  const { pairs, results } = readMerges(definition, vocabulary, algorithm.merges);
  const symbolsOf = algorithm.spelling === 'bytes' ? byBytes(vocabulary) : byCharacters(vocabulary);
  const wholeWord = algorithm.wholeWords ? wholeWords(vocabulary, algorithm.spelling) : () => undefined;
  return (piece) => {
    const whole = wholeWord(piece);
    if (whole !== undefined) return [whole];
    const symbols = symbolsOf(piece);
    const left = mergeSymbols(symbols.length, {
      order: (a, b) => pairs.get(symbols[a] as number, symbols[b] as number),
      join: (a, b) => {
        symbols[a] = results[pairs.get(symbols[a] as number, symbols[b] as number)] as number;
      },
    });
    return left.map((at) => symbols[at] as number);
  };
}

/** A merge whose result is no text (a control token) never happens: no text may become one. */
function readMerges({ tokens, kinds }: TokenizerDefinition, { byText }: Vocabulary, merges: Uint32Array) {
  const kept: number[] = [];
  const results: number[] = [];
  let every: Set<string> | undefined;
  for (let i = 0; i < merges.length; i += 2) {
    const left = merges[i] as number;
    const right = merges[i + 1] as number;
    const text = `${tokens[left]}${tokens[right]}`;
    const result = byText.get(text);
    if (result !== undefined) {
      kept.push(left, right);
      results.push(result);
      continue;
    }
    every ??= new Set(tokens.filter((_, id) => kinds[id] !== tokenKinds.normal));
    if (!every.has(text))
      throw invalid(`merge ${i / 2} gives ${JSON.stringify(text)}, which is no token`, { merge: i / 2 });
  }
  return { pairs: new PairTable(Uint32Array.from(kept), tokens.length), results: Uint32Array.from(results) };
}

function byBytes({ byText }: Vocabulary): (piece: string) => Int32Array {
  const ids = byteCharacters.map((character) => byText.get(character) ?? -1);
  needBytes((byte) => ids[byte]);
  return (piece) => Int32Array.from(utf8(piece), (byte) => ids[byte] as number).filter((id) => id >= 0);
}

function byCharacters({ byText, byByte }: Vocabulary): (piece: string) => Int32Array {
  needBytes((byte) => byByte[byte]);
  return (piece) => {
    const symbols: number[] = [];
    for (const character of piece) {
      const id = byText.get(character);
      if (id === undefined) pushBytes(character, byByte, symbols);
      else symbols.push(id);
    }
    return Int32Array.from(symbols);
  };
}

function wholeWords({ byText }: Vocabulary, spelling: BytePairs['spelling']) {
  return spelling === 'bytes'
    ? (piece: string) => byText.get(spellBytes(utf8(piece)))
    : (piece: string) => byText.get(piece);
}
