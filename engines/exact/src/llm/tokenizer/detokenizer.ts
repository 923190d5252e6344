import type { Tokenizer } from './tokenizer.ts';

/** Text of an answer while it grows. */
export interface Detokenizer {
  /** The text that this token completes: never half a character. */
  push(token: number): string;
  /** What is left when the answer has ended: U+FFFD where its last character is incomplete, or nothing. */
  end(): string;
}

/** One for each answer. The texts together are the UTF-8 decoding of all tokens' bytes, as WHATWG's Encoding has it. */
export function createDetokenizer(tokenizer: Pick<Tokenizer, 'bytes'>): Detokenizer {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return {
    push: (token) => decoder.decode(tokenizer.bytes(token), { stream: true }),
    end: () => decoder.decode(),
  };
}
