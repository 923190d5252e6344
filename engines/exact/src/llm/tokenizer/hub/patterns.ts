import type { PreTokenizerName } from '../pre-tokenizer/pre-tokenizers.ts';

/** What tokenizer.json files of known models ask for, step by step, as patterns that are compared as they stand. */

const WORDS = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+`;
const REST = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const SLASHES = String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const BEFORE = String.raw`[^\r\n\p{L}\p{N}]?`;
const TAIL = "(?i:'s|'t|'re|'ve|'m|'ll|'d)?";
const GPT_2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const split = (pattern: string): string => `Split Isolated ${pattern}`;
const bytes = (pattern: string): string => `${split(pattern)}\nByteLevel`;

export const patterns: ReadonlyMap<string, PreTokenizerName> = new Map([
  ['ByteLevel words', 'gpt-2'],
  [bytes(GPT_2), 'gpt-2'],
  ['Digits single\nByteLevel words', 'digits'],
  [bytes(String.raw`${WORDS}|\p{N}{1,3}|${REST}`), 'llama-3'],
  [bytes(String.raw`${WORDS}|\p{N}|${REST}`), 'qwen-2'],
  [bytes(String.raw`${BEFORE}${UPPER}*${LOWER}+|${BEFORE}${UPPER}+${LOWER}*|\p{N}|${SLASHES}`), 'tekken'],
  [
    bytes(
      String.raw`${BEFORE}${UPPER}*${LOWER}+${TAIL}|${BEFORE}${UPPER}+${LOWER}*${TAIL}|\p{N}{1,3}|${SLASHES}`,
    ),
    'gpt-4o',
  ],
]);
