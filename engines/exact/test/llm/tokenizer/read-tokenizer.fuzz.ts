import { fromUtf8, utf8 } from '@isobit/core';
import { readGguf } from '../../../src/llm/gguf/read-gguf.ts';
import {
  createTokenizer,
  readGgufTokenizer,
  readHubTokenizer,
  type TokenizerDefinition,
} from '../../../src/llm/tokenizer/index.ts';
import { fuzzText } from './fuzz-text.ts';
import { hubFiles } from './vectors/operations.ts';
import { valid } from './vectors/valid.ts';
import { fewPairs, pairsGguf, piecesGguf, wordsGguf } from './vectors/vocabularies.ts';

const sample = `${fuzzText(7)} the <|im_start|> <s>中文1234`;

function use(definition: TokenizerDefinition): void {
  const tokenizer = createTokenizer(definition);
  for (const token of tokenizer.encode(sample, { special: true, whole: true })) tokenizer.bytes(token);
}

/** Text of a tokenizer.json; bytes that are no UTF-8 are none. */
function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return '';
  }
}

/** Tokenizers of strangers: they may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  readGgufTokenizer: {
    run: (bytes) => use(readGgufTokenizer(readGguf(bytes).metadata)),
    seeds: () => [pairsGguf('qwen2', {}, fewPairs), piecesGguf(), wordsGguf()],
  },
  readHubTokenizer: {
    run: (bytes) => use(readHubTokenizer({ tokenizer: textOf(bytes) })),
    seeds: () =>
      Object.values(valid).flatMap((vector) =>
        vector['hub'] === undefined ? [] : [utf8(hubFiles(vector['hub']).tokenizer)],
      ),
  },
  readHubConfig: {
    run: (bytes) => {
      const { tokenizer } = hubFiles(valid['hub-bert']?.['hub']);
      const text = textOf(bytes);
      use(readHubTokenizer({ tokenizer, config: text, specialTokens: text, generation: text }));
    },
    seeds: () => [
      utf8('{"bos_token":{"content":"[CLS]"},"eos_token":"[SEP]","add_bos_token":true,"eos_token_id":[3,2]}'),
    ],
  },
};
