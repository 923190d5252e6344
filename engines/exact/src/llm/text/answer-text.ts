import type { TokenStop } from '../token-engine.ts';
import { createStopStrings } from '../tokenizer/stop-strings.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';

const NOTHING = new Uint8Array(0);

/** The bytes that a token gives an answer's text (specs/response.md section 3.1). A view: not to be written to. */
export const saidBytes = (token: number, tokenizer: Tokenizer): Uint8Array =>
  tokenizer.ends.has(token) || token >= tokenizer.vocabulary ? NOTHING : tokenizer.bytes(token);

/** The text of one answer while its tokens come. */
export interface AnswerText {
  /** Ends the answer by its text; to be told each token once, in order. */
  readonly stop: TokenStop;
  /** What the text gained since the last call and no stop string can take back. */
  gained(): string;
  /** The answer has ended. */
  end(): { readonly text: string; readonly finish: 'stop' | 'length'; readonly stop?: string };
}

/** @param strings stop strings of the request */
export function createAnswerText(tokenizer: Tokenizer, strings: readonly string[]): AnswerText {
  const stops = createStopStrings(tokenizer, strings);
  let told = 0;
  let isEnded = false;
  return {
    stop: {
      accept(token) {
        // A token that ends an answer says nothing, whatever its entry in the vocabulary reads.
        if (tokenizer.ends.has(token)) {
          isEnded = true;
          return true;
        }
        return stops.accept(token);
      },
    },
    gained() {
      const piece = stops.text.slice(told);
      told = stops.text.length;
      return piece;
    },
    end() {
      const text = stops.end();
      const { stop } = stops;
      return {
        text,
        finish: isEnded || stop !== undefined ? 'stop' : 'length',
        ...(stop === undefined ? {} : { stop }),
      };
    },
  };
}
