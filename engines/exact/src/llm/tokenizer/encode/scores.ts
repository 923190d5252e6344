import { mergeSymbols } from '../merge-symbols.ts';
import { invalid, needBytes, pushBytes, type Vocabulary } from '../vocabulary.ts';

/**
 * SentencePiece's byte-pair encoding of one piece: neighbours whose text together is a token merge, the greatest
 * score first (specs/tokenizer.md section 6.2).
 *
 * @throws CodedError `TOKENIZER_INVALID` where characters without a token would have none
 */
export function createScoredPairs(
  scores: Float64Array,
  { byText, byByte, longest }: Vocabulary,
  unknown: number | undefined,
): (piece: string) => readonly number[] {
  const ranks = rankScores(scores);
  const fallback = fallbackOf(byByte, unknown);
  return (piece) => {
    const starts: number[] = [];
    const ends: number[] = [];
    for (let at = 0; at < piece.length; ) {
      starts.push(at);
      at += (piece.codePointAt(at) as number) > 0xffff ? 2 : 1;
      ends.push(at);
    }
    const textOf = (left: number, right: number): string =>
      piece.slice(starts[left] as number, ends[right] as number);
    const left = mergeSymbols(starts.length, {
      order(a, b) {
        if ((ends[b] as number) - (starts[a] as number) > longest) return -1;
        const id = byText.get(textOf(a, b));
        return id === undefined ? -1 : (ranks[id] as number);
      },
      join(a, b) {
        ends[a] = ends[b] as number;
      },
    });
    const tokens: number[] = [];
    for (const at of left) {
      const text = textOf(at, at);
      const id = byText.get(text);
      if (id === undefined) fallback(text, tokens);
      else tokens.push(id);
    }
    return tokens;
  };
}

/** By token: how many different scores are greater than its own. */
function rankScores(scores: Float64Array): Uint32Array {
  const order = new Map([...new Set(scores)].sort((a, b) => b - a).map((score, rank) => [score, rank]));
  return Uint32Array.from(scores, (score) => order.get(score) as number);
}

/** Bytes where the vocabulary has tokens of kind byte, else the unknown token. */
export function fallbackOf(
  byByte: Int32Array,
  unknown: number | undefined,
): (character: string, out: number[]) => void {
  if (byByte.some((id) => id >= 0)) {
    needBytes((byte) => byByte[byte]);
    return (character, out) => pushBytes(character, byByte, out);
  }
  if (unknown === undefined)
    throw invalid('characters without a token have neither bytes nor an unknown token');
  return (_, out) => {
    out.push(unknown);
  };
}
