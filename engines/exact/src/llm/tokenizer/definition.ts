/** What an entry of a vocabulary is; the numbers are GGUF's. */
export const tokenKinds = { normal: 1, unknown: 2, control: 3, defined: 4, unused: 5, byte: 6 } as const;

/** How a text becomes entries of the vocabulary (specs/tokenizer.md sections 4 to 7). */
export type Algorithm =
  | {
      readonly kind: 'byte-pairs';
      /** Pairs of token ids, the first merged before the second. */
      readonly merges: Uint32Array;
      /** `bytes`: an entry spells bytes in GPT-2's alphabet. `characters`: it is text, and other characters fall back to bytes. */
      readonly spelling: 'bytes' | 'characters';
      /** A piece that is an entry as it stands is that token, whatever the merges say. */
      readonly wholeWords: boolean;
    }
  | {
      readonly kind: 'scores';
      /** One for each token: of two possible merges that with the greater score comes first. */
      readonly scores: Float64Array;
    }
  | { readonly kind: 'unigram'; readonly scores: Float64Array }
  | {
      readonly kind: 'word-pieces';
      /** Entries that begin a word have U+2581 before their text. */
      readonly cleanText: boolean;
      readonly chineseCharacters: boolean;
      readonly stripAccents: boolean;
      readonly lowercase: boolean;
      /** Characters of a word that is looked up at all. */
      readonly longestWord: number;
    };

/**
 * A space before a text. `each`: before the text and what follows a special token; `each-missing`: there, unless a
 * space stands there; `first-missing`: before the text alone, unless a space stands there.
 */
export type Prefix = 'never' | 'each' | 'each-missing' | 'first-missing';

/** Everything that makes a tokenizer, whatever file it came from (specs/tokenizer.md section 1). */
export interface TokenizerDefinition {
  /** By id, as the vocabulary spells them. */
  readonly tokens: readonly string[];
  /** By id: a number of `tokenKinds`. */
  readonly kinds: Uint8Array;
  readonly algorithm: Algorithm;
  readonly normalization: 'none' | 'nfc';
  /** Each space of a text becomes U+2581 before anything is looked up. */
  readonly markSpaces: boolean;
  readonly prefix: Prefix;
  /** Name of a pre-tokenizer of section 5. */
  readonly preTokenizer: string;
  readonly unknown?: number;
  readonly bos?: number;
  readonly eos?: number;
  /** Added before and after a whole prompt. */
  readonly begin?: number;
  readonly end?: number;
  /** Ascending. */
  readonly ends: readonly number[];
  /** Special tokens that swallow white space beside them, by ascending id. */
  readonly strips: readonly { readonly token: number; readonly left: boolean; readonly right: boolean }[];
}
