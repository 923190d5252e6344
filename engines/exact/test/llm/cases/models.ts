import { toBase64 } from '@isobit/core';
import { unreadable, unsuitable } from '../hostile-gguf.ts';
import { hostileParts } from '../hostile-parts.ts';
import { decoderFile, encoderFile } from '../random-model.ts';
import { splitGguf } from '../split-gguf.ts';
import type { Vector } from '../vectors.ts';
import { type Cases, make } from './case.ts';

/* Sections 10 and 12: whole models, and files that are none. */

const tokens = [1, 5, 47, 0, 5, 33];
const decoder = (description: string, file: Uint8Array): Vector =>
  make('decoder', description, { tokens, gguf: toBase64(file) });

const inBase64 = (files: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, toBase64(bytes)]));

export const models: Cases = {
  'decoder-llama': decoder(
    'llama, Q8_0, two layers, divisors of RoPE',
    decoderFile({
      architecture: 'llama',
      type: 'Q8_0',
      layers: 2,
      divisors: Float32Array.of(1, 1, 4, 8),
    }),
  ),
  'decoder-window': decoder(
    'llama, Q4_0, one embedding for both ends, a window of three, soft caps, linear RoPE',
    decoderFile({
      architecture: 'llama',
      type: 'Q4_0',
      tied: true,
      metadata: {
        'llama.attention.sliding_window': 3,
        'llama.attn_logit_softcapping': { float: 20 },
        'llama.final_logit_softcapping': { float: 10 },
        'llama.rope.scaling.type': 'linear',
        'llama.rope.scaling.factor': { float: 2 },
      },
    }),
  ),
  'decoder-parts': make('decoder', 'llama, Q4_0, in three files of which the first has no tensor', {
    tokens,
    entry: 'Q4_0/model-00001-of-00003.gguf',
    files: inBase64(splitGguf(decoderFile({ architecture: 'llama', type: 'Q4_0' }), [0, 5], 'Q4_0/model')),
  }),
  'decoder-qwen2': decoder('qwen2, Q5_1', decoderFile({ architecture: 'qwen2', type: 'Q5_1' })),
  'decoder-qwen3': decoder('qwen3, BF16', decoderFile({ architecture: 'qwen3', type: 'BF16', tied: true })),
  'encoder-mean': make('encoder', 'bert, Q8_0, mean of all', {
    tokens,
    gguf: toBase64(encoderFile('Q8_0', 1)),
  }),
  'encoder-first': make('encoder', 'bert, F16, first token', {
    tokens,
    gguf: toBase64(encoderFile('F16', 2)),
  }),
  generate: make('generate', 'twelve tokens', {
    prompt: [1, 5],
    most: 12,
    parameters: { seed: '7', temperature: '0.8', topP: '0.95', repeatPenalty: '1.1' },
    gguf: toBase64(decoderFile({ architecture: 'llama', type: 'Q4_1' })),
  }),
};

const hostile: Cases = Object.fromEntries(
  Object.entries({ ...unreadable, ...unsuitable }).map(([name, [description, error, file]]) => [
    name,
    make('decoder', description, { tokens: [1], gguf: toBase64(file), error }),
  ]),
);

const llama = toBase64(decoderFile({ architecture: 'llama', type: 'Q4_0', context: 4 }));

const inParts: Cases = Object.fromEntries(
  Object.entries(hostileParts).map(([name, { what, code, files, entry }]) => [
    name,
    make('decoder', what, { tokens: [1], entry, files: inBase64(files), error: code }),
  ]),
);

export const invalidModels: Cases = {
  ...hostile,
  ...inParts,
  'encoder-pooling': make('encoder', 'bert that pools its last token', {
    tokens: [1],
    gguf: toBase64(encoderFile('Q8_0', 3)),
    error: 'MODEL_ARCHITECTURE',
  }),
  'encoder-causal': make('encoder', 'bert that is causal', {
    tokens: [1],
    gguf: toBase64(encoderFile('Q8_0', 1, { 'bert.attention.causal': true })),
    error: 'MODEL_ARCHITECTURE',
  }),
  'prompt-empty': make('decoder', 'no token', { tokens: [], gguf: llama, error: 'PROMPT_EMPTY' }),
  'token-unknown': make('decoder', 'a token beyond the vocabulary', {
    tokens: [48],
    gguf: llama,
    error: 'TOKEN_UNKNOWN',
  }),
  'context-full': make('decoder', 'five tokens in a context of four', {
    tokens: [1, 2, 3, 4, 5],
    gguf: llama,
    error: 'CONTEXT_FULL',
  }),
};
