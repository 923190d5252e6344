import type { Manifest } from '@isobit/model';
import { modelId } from '@isobit/model';
import { createTextRequest, type TextRequest, type TextRequestOptions } from '@isobit/receipt';
import { memorySource } from '../../src/onnx/memory-source.ts';
import type { ModelSource } from '../../src/runtime.ts';
import type { Value } from './build-gguf.ts';
import { decoderFile, encoderFile, type ModelOptions, SMALL } from './random-model.ts';

interface Word {
  readonly text: string;
  /** 1: text, 2: unknown, 3: control, 6: a byte. */
  readonly kind: number;
}

const CONTROLS: readonly Word[] = [
  { text: '<unk>', kind: 2 },
  { text: '<s>', kind: 3 },
  { text: '</s>', kind: 3 },
];
const BYTES: readonly Word[] = Array.from({ length: 256 }, (_, byte) => ({
  text: `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
  kind: 6,
}));
/** A space, letters, and pairs of letters. */
const LETTERS: readonly Word[] = Array.from({ length: SMALL.vocabulary - 3 }, (_, i) => ({
  text: i === 0 ? '▁' : String.fromCharCode(0x61 + ((i - 1) % 26), ...(i < 27 ? [] : [0x62])),
  kind: 1,
}));

export interface TextModelOptions extends Partial<Omit<ModelOptions, 'size'>> {
  /** A token for each byte too: llama.cpp loads no model of this kind without. */
  readonly withBytes?: boolean;
}

/** What a file says of its tokens, and how many they are. */
export function tokenizerMetadata(withBytes: boolean): {
  metadata: Record<string, Value>;
  vocabulary: number;
} {
  const words = [...CONTROLS, ...(withBytes ? BYTES : []), ...LETTERS];
  return {
    vocabulary: words.length,
    metadata: {
      'tokenizer.ggml.model': 'llama',
      'tokenizer.ggml.tokens': { strings: words.map(({ text }) => text) },
      'tokenizer.ggml.scores': { floats: words.map((_, token) => -token) },
      'tokenizer.ggml.token_type': { integers: words.map(({ kind }) => kind) },
    },
  };
}

/** A GGUF file of an encoder of random weights that has a tokenizer, so that it embeds texts: 32 numbers each. */
export const embeddingModelFile = (): Uint8Array =>
  encoderFile('Q8_0', 1, { 'general.name': 'feeling', ...tokenizerMetadata(false).metadata });

/** A GGUF file of random weights that has a tokenizer, so that it answers text: nonsense in letters. */
export function textModelFile({ withBytes = false, ...options }: TextModelOptions = {}): Uint8Array {
  const { metadata, vocabulary } = tokenizerMetadata(withBytes);
  return decoderFile({
    architecture: 'llama',
    type: 'Q8_0',
    context: 128,
    ...options,
    ...(withBytes ? { size: { ...SMALL, vocabulary } } : {}),
    metadata: { 'general.name': 'nonsense', ...metadata, ...options.metadata },
  });
}

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
