import { sha256, toHex, utf8 } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import { exactError } from '../errors.ts';
import type { ChatTemplate } from './chat/chat-template.ts';
import type { ModelFile } from './model-file.ts';
import { createTokenizer, readGgufTokenizer, type Tokenizer } from './tokenizer/index.ts';

/** What stands around a language model's numbers. */
export interface LanguageParts {
  readonly tokenizer: Tokenizer;
  /** What the manifest states of the tokenizer, 64 hex characters. */
  readonly tokenizerDigest: string;
  readonly template?: ChatTemplate;
}

/** @throws CodedError `TOKENIZER_INVALID`, `TOKENIZER_UNSUPPORTED`, `TOKENIZER_LIMIT`; of the template */
export function languageParts({ metadata }: ModelFile): LanguageParts {
  const tokenizer = createTokenizer(readGgufTokenizer(metadata));
  const words = Array.from({ length: tokenizer.vocabulary }, (_, token) => tokenizer.text(token));
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
