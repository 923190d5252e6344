import type { Vocabulary } from '../vocabulary.ts';
import { fallbackOf } from './scores.ts';

/** Below the least score: what a character without a token counts. */
const UNKNOWN_PENALTY = 10;

/**
 * The segmentation of a piece with the greatest sum of scores (specs/tokenizer.md section 6.3).
 *
 * @throws CodedError `TOKENIZER_INVALID` where characters without a token would have none
 */
export function createUnigram(
  scores: Float64Array,
  { byText, byByte, longest }: Vocabulary,
  unknown: number | undefined,
): (piece: string) => readonly number[] {
  let least = 0;
  for (const id of byText.values()) least = Math.min(least, scores[id] as number);
  const unknownScore = least - UNKNOWN_PENALTY;
  const fallback = fallbackOf(byByte, unknown);
  const fuse = !byByte.some((id) => id >= 0);
  return (piece) => {
    const best = new Float64Array(piece.length + 1).fill(Number.NEGATIVE_INFINITY);
    const from = new Int32Array(piece.length + 1);
    const via = new Int32Array(piece.length + 1);
    best[0] = 0;
    const offer = (start: number, end: number, score: number, token: number): void => {
      const sum = (best[start] as number) + score;
      if (sum <= (best[end] as number)) return;
      best[end] = sum;
      from[end] = start;
      via[end] = token;
    };
    for (let at = 0; at < piece.length; ) {
      const width = (piece.codePointAt(at) as number) > 0xffff ? 2 : 1;
      let alone = false;
      for (let end = at + width; end <= Math.min(piece.length, at + longest); end++) {
        const id = byText.get(piece.slice(at, end));
        if (id === undefined) continue;
        offer(at, end, scores[id] as number, id);
        if (end === at + width) alone = true;
      }
      if (!alone) offer(at, at + width, unknownScore, -1);
      at += width;
    }
    return tokensOf(piece, from, via, fallback, fuse);
  };
}

function tokensOf(
  piece: string,
  from: Int32Array,
  via: Int32Array,
  fallback: (character: string, out: number[]) => void,
  fuse: boolean,
): number[] {
  const ends: number[] = [];
  for (let at = piece.length; at > 0; at = from[at] as number) ends.push(at);
  const tokens: number[] = [];
  let lost = false;
  for (const end of ends.reverse()) {
    const token = via[end] as number;
    if (token >= 0) tokens.push(token);
    else if (!(fuse && lost)) fallback(piece.slice(from[end] as number, end), tokens);
    lost = token < 0;
  }
  return tokens;
}
