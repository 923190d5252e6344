/** How a text becomes tokens (specs/tokenizer.md). */
export interface EncodeOptions {
  /** Control tokens written in the text (`<|im_end|>`) are parsed as such; else they are text like any other. */
  readonly special: boolean;
  /**
   * The text is a whole prompt: tokens that the model wants around one (BOS, EOS, CLS, SEP) are added, unless the
   * text itself begins or ends with that token.
   */
  readonly whole: boolean;
}

/** Text to tokens and back, as one model has it. It holds no state of an answer and may be shared. */
export interface Tokenizer {
  /** Token ids are below it. */
  readonly vocabulary: number;
  readonly bos?: number;
  readonly eos?: number;
  /** Tokens that end an answer: end of sequence, of turn, of message. */
  readonly ends: ReadonlySet<number>;
  /**
   * The tokens of a text. A lone surrogate counts as U+FFFD.
   *
   * @throws CodedError `TOKENIZER_LIMIT` for a text above `tokenizerLimits.textBytes`
   */
  encode(text: string, options: EncodeOptions): number[];
  /**
   * The bytes that a token stands for, UTF-8 or a part of it; nothing for control tokens. A view: not to be written to.
   *
   * @throws RangeError for an id that the vocabulary does not have
   */
  bytes(token: number): Uint8Array;
  /** Whether the token is a control token: no text, and parsed only where `special`. */
  control(token: number): boolean;
  /** For people: what the token's entry in the vocabulary reads. */
  text(token: number): string;
}
