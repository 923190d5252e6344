import { sha256, toHex, utf8 } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import { exactError } from '../errors.ts';
import type { ChatTemplate } from './chat/chat-template.ts';
import type { ModelFile } from './model-file.ts';
import type { Tokenizer } from './tokenizer/tokenizer.ts';

/** What stands around a language model's numbers. */
export interface LanguageParts {
  readonly tokenizer: Tokenizer;
  /** What the manifest states of the tokenizer, 64 hex characters. */
  readonly tokenizerDigest: string;
  readonly template?: ChatTemplate;
}

/** @throws CodedError of tokenizer and template */
export function languageParts({ metadata }: ModelFile): LanguageParts {
  const tokens = metadata.get('tokenizer.ggml.tokens');
  const words = tokens?.type === 'array' ? tokens.values.map(String) : [];
  const said = words.map((word) => utf8(word.replaceAll('▁', ' ').replace(/^<.*>$/, '')));
  const ids = new Map(words.map((word, id) => [word, id]));
  const tokenizer: Tokenizer = {
    vocabulary: words.length,
    bos: 1,
    eos: 2,
    ends: new Set([2]),
    encode(text, { whole }) {
      const found = whole ? [1] : [];
      let rest = ` ${text}`.replaceAll(' ', '▁');
      while (rest) {
        let length = Math.min(rest.length, 20);
        while (length > 1 && !ids.has(rest.slice(0, length))) length--;
        found.push(ids.get(rest.slice(0, length)) ?? 0);
        rest = rest.slice(length);
      }
      return found;
    },
    bytes: (token) => said[token] as Uint8Array,
    control: (token) => token < 3,
    text: (token) => words[token] ?? '',
  };
  return { tokenizer, tokenizerDigest: toHex(sha256(utf8(words.join('\n')))) };
}

/** A model's files are of its manifest, as far as it speaks of them. @throws CodedError `MODEL_SIGNATURE` */
export function checkParts(
  { title, tokenizer, chatTemplate }: Manifest,
  { tokenizerDigest, template }: LanguageParts,
): void {
  const found = template && toHex(template.digest);
  if ((tokenizer ?? tokenizerDigest) === tokenizerDigest && (chatTemplate ?? found) === found) return;
  throw exactError(
    'MODEL_SIGNATURE',
    `the manifest of "${title}" states another tokenizer or chat template than its files hold: its publisher must push it again`,
  );
}
