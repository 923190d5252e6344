/** Turns text without special tokens into tokens, which it appends. */
export type Encoder = (text: string, out: number[]) => void;

/** A function of pieces of text that remembers what it gave: words come again. */
export function remember(
  encode: (piece: string) => readonly number[],
  { pieces, pieceLength }: { pieces: number; pieceLength: number },
): (piece: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (piece) => {
    if (piece.length > pieceLength) return encode(piece);
    let tokens = known.get(piece);
    if (!tokens) {
      tokens = encode(piece);
      if (known.size >= pieces) known.clear();
      known.set(piece, tokens);
    }
    return tokens;
  };
}
