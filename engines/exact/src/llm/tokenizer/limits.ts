/** Limits of a tokenizer and why they have their values. Sizes in bytes. */
export const tokenizerLimits = {
  /** Tokens: positions and ids of the profile end there; published vocabularies reach 2^18. */
  tokens: 2 ** 20,
  /** UTF-8 of one token's entry: published ones reach 300. Time for a hostile text grows with it. */
  tokenBytes: 1_024,
  /** Pairs to merge: as many as tokens. */
  merges: 2 ** 20,
  /** A text to tokenize: 2^19 tokens, the longest context, of 16 bytes. */
  textBytes: 2 ** 23,
  /** A tokenizer.json: those of the largest vocabularies have 35 MB. */
  jsonBytes: 2 ** 26,
  /** Remembered pieces of text, and the length of one: words, of which a language has some ten thousand in use. */
  pieces: 2 ** 15,
  pieceLength: 48,
} as const;
