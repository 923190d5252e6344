import { utf8 } from '@isobit/core';
import { blockLeaf, type Manifest } from '@isobit/model';
import type { ModelSource } from '../../../src/runtime.ts';
import type { ModelOptions } from '../random-model.ts';
import { SMALL } from '../random-model.ts';
import { decoderFiles } from './as-safetensors.ts';

const END = '</s>';
const SPACE = '\u2581';
/** Letters, digits and some signs, one token each. */
const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789.,!?-:;'.slice(0, SMALL.vocabulary - 3)];

/** `tokenizer.json` of a vocabulary of single letters. */
export const tokenizerJson = {
  version: '1.0',
  added_tokens: ['<unk>', END].map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: null,
  pre_tokenizer: { type: 'Metaspace', replacement: SPACE, prepend_scheme: 'never', split: false },
  post_processor: null,
  decoder: { type: 'Metaspace', replacement: SPACE, prepend_scheme: 'never', split: false },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: ['<unk>', END, SPACE, ...letters].map((token, id) => [token, -id]),
    byte_fallback: false,
  },
};

/** The files of a random model that answers text: nonsense in letters. */
export const textFiles = (options: Partial<ModelOptions> = {}): Record<string, Uint8Array> => ({
  ...decoderFiles({ architecture: 'qwen2', type: 'BF16', context: 128, ...options }),
  'tokenizer.json': utf8(JSON.stringify(tokenizerJson)),
  'tokenizer_config.json': utf8(JSON.stringify({ eos_token: END })),
});

/** Files of one block each, in memory, under a manifest of nobody. */
export function filesSource(
  files: Readonly<Record<string, Uint8Array>>,
  stated: Partial<Manifest> = {},
): ModelSource {
  const bytesOf = (path: string): Uint8Array => {
    const bytes = files[path];
    if (!bytes) throw new RangeError(`no file ${path}`);
    return bytes;
  };
  return {
    manifest: {
      isobit: 'manifest/1',
      title: 'nonsense',
      format: 'safetensors',
      task: 'text-generation',
      files: Object.keys(files)
        .sort()
        .map((path) => ({
          path,
          size: bytesOf(path).length,
          root: Buffer.from(blockLeaf(bytesOf(path))).toString('hex'),
        })),
      entry: 'config.json',
      inputs: [],
      outputs: [],
      licence: 'unknown',
      publisher: `0x${'0'.repeat(40)}`,
      ...stated,
    },
    read: async (path) => bytesOf(path),
  };
}
