import type { Manifest } from '@isobit/model';
import { modelId } from '@isobit/model';
import { createTextRequest, type TextRequest, type TextRequestOptions } from '@isobit/receipt';
import { memorySource } from '../../src/onnx/memory-source.ts';
import type { ModelSource } from '../../src/runtime.ts';
import { decoderFile, encoderFile, type ModelOptions, SMALL } from './random-model.ts';

/** What the tokens of `textModelFile` say: letters, bytes, and the control tokens of SentencePiece models. */
const words = Array.from({ length: SMALL.vocabulary }, (_, token) => {
  if (token < 3) return ['<unk>', '<s>', '</s>'][token] as string;
  return token === 3 ? '▁' : String.fromCharCode(0x61 + ((token - 4) % 26), ...(token < 30 ? [] : [0x62]));
});

/** 1: text, 2: unknown, 3: control. */
const kindOf = (token: number): number => (token === 0 ? 2 : token < 3 ? 3 : 1);

const tokenizer = {
  'tokenizer.ggml.model': 'llama',
  'tokenizer.ggml.tokens': { strings: words },
  'tokenizer.ggml.scores': { floats: words.map((_, token) => -token) },
  'tokenizer.ggml.token_type': { integers: words.map((_, token) => kindOf(token)) },
};

/** A GGUF file of an encoder of random weights that has a tokenizer, so that it embeds texts: 32 numbers each. */
export const embeddingModelFile = (): Uint8Array =>
  encoderFile('Q8_0', 1, { 'general.name': 'feeling', ...tokenizer });

/** A GGUF file of random weights that has a tokenizer, so that it answers text: nonsense in letters. */
export const textModelFile = (options: Partial<ModelOptions> = {}): Uint8Array =>
  decoderFile({
    architecture: 'llama',
    type: 'Q8_0',
    context: 128,
    ...options,
    metadata: {
      'general.name': 'nonsense',
      ...tokenizer,
      ...options.metadata,
    },
  });

/** A language model in memory under a manifest of nobody. */
export const languageSource = (bytes: Uint8Array, stated: Partial<Manifest> = {}): ModelSource => {
  const { manifest, read } = memorySource(bytes, { inputs: [], outputs: [] });
  return { manifest: { ...manifest, format: 'gguf', task: 'text-generation', ...stated }, read };
};

/** A request for it. */
export const textRequest = (source: ModelSource, extra: Partial<TextRequestOptions> = {}): TextRequest =>
  createTextRequest({
    model: modelId(source.manifest),
    profile: 'llm-exact-1',
    salt: new Uint8Array(32).fill(9),
    prompt: { text: 'abc' },
    maxTokens: 16,
    sampling: { temperature: '1.1' },
    ...extra,
  });
