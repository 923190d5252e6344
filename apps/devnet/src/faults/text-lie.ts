import { createTextResponse, type TextPiece, type TextResponse, type TokenTrace } from '@isobit/receipt';

/** Which token of the first answer is changed, from 0; the last one of a shorter answer. */
const PLACE = 12;

/**
 * One lie about one text: a token of the first answer becomes one that came before it, and the text says so. Bytes of
 * tokens are left out, since they would say another text.
 */
export interface TextLie {
  /** To be told of each piece of the honest text; passes the changed ones on. */
  readonly onPiece: (piece: TextPiece) => void;
  change(response: TextResponse): TextResponse;
  retell(trace: TokenTrace): TokenTrace;
}

export function createTextLie(onPiece: ((piece: TextPiece) => void) | undefined): TextLie {
  /** Of the first answer; one token each. */
  const pieces: TextPiece[] = [];

  /** What stands in place of the piece at `place`. */
  function instead(place: number): TextPiece {
    const honest = pieces[place] as TextPiece;
    const other = pieces
      .slice(0, place)
      .find(({ tokens, text }) => /^ ?\p{L}/u.test(text) && tokens[0] !== honest.tokens[0]);
    return other ?? { ...honest, tokens: [(honest.tokens[0] ?? 0) + 1] };
  }

  const placeOf = (length: number): number => Math.min(PLACE, length - 1);

  return {
    onPiece(piece) {
      if (piece.choice !== 0) return onPiece?.(piece);
      const place = pieces.push(piece) - 1;
      if (place !== PLACE) return onPiece?.(piece);
      const { tokenBytes: _, ...lie } = { ...piece, ...instead(place) };
      return onPiece?.(lie);
    },
    change({ promptTokens, choices: [first, ...rest] }) {
      if (!first || first.tokens.length === 0) return createTextResponse({ promptTokens, choices: [] });
      const place = placeOf(first.tokens.length);
      const lie = instead(place);
      const tokens = first.tokens.with(place, lie.tokens[0] as number);
      const text = pieces.map((piece, i) => (i === place ? lie : piece).text).join('');
      const { tokenBytes: _, ...stated } = first;
      return createTextResponse({ promptTokens, choices: [{ ...stated, tokens, text }, ...rest] });
    },
    retell(trace) {
      const place = placeOf(trace.steps.filter(({ choice }) => choice === 0).length);
      const token = instead(place).tokens[0] as number;
      return { ...trace, steps: trace.steps.map((step, i) => (i === place ? { ...step, token } : step)) };
    },
  };
}
