import { sha256, toHex } from '@isobit/core';
import { type GgufValue, ggufTokenizerDigest, type Manifest } from '@isobit/model';
import { exactError } from '../errors.ts';
import {
  type ChatTemplate,
  createChatTemplate,
  readGgufChatTemplates,
  readHubChatTemplates,
} from './chat/index.ts';
import type { Metadata } from './gguf/read-metadata.ts';
import type { OpenedModel } from './model-files.ts';
import { createTokenizer, readGgufTokenizer, readHubTokenizer, type Tokenizer } from './tokenizer/index.ts';

/** What stands around a language model's numbers. */
export interface LanguageParts {
  readonly tokenizer: Tokenizer;
  /** What the manifest states of the tokenizer, 64 hex characters. */
  readonly tokenizerDigest?: string | undefined;
  readonly template?: ChatTemplate | undefined;
}

/**
 * @throws CodedError `TOKENIZER_INVALID`, `TOKENIZER_UNSUPPORTED`, `TOKENIZER_LIMIT`, `TEMPLATE_INVALID`,
 * `TEMPLATE_LIMIT`
 */
export function languageParts({ metadata, texts }: Pick<OpenedModel, 'metadata' | 'texts'>): LanguageParts {
  const definition = texts ? readHubTokenizer(texts.files) : readGgufTokenizer(metadata);
  const templates = texts
    ? readHubChatTemplates({
        ...texts.files,
        ...(texts.template === undefined ? {} : { jinja: texts.template }),
      })
    : readGgufChatTemplates(metadata);
  const tokenizer = createTokenizer(definition);
  return {
    tokenizer,
    tokenizerDigest: texts ? toHex(sha256(texts.tokenizer)) : ggufTokenizerDigest(valuesOf(metadata)),
    template: templates && createChatTemplate({ ...templates, ...ends(tokenizer) }),
  };
}

/** What a template may write at the beginning and the end of a text. */
const ends = ({ bos, eos, text }: Tokenizer): { bos?: string; eos?: string } => ({
  ...(bos === undefined ? {} : { bos: text(bos) }),
  ...(eos === undefined ? {} : { eos: text(eos) }),
});

function* valuesOf(metadata: Metadata): Generator<readonly [string, GgufValue]> {
  for (const [key, value] of metadata) yield [key, value.type === 'array' ? value.values : value.value];
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
