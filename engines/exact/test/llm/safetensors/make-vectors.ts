import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toBase64 } from '@isobit/core';
import { repositoryPath } from '@isobit/testing';
import type { ModelOptions } from '../random-model.ts';
import {
  decoderConfig,
  decoderFiles,
  decoderTensors,
  encoderConfig,
  encoderFiles,
  inShards,
  modules,
} from './as-safetensors.ts';
import { assemble } from './build-safetensors.ts';
import { configurations, encoders, headers, models } from './hostile.ts';
import { operations, type Vector } from './vectors.ts';

/** Writes specs/vectors/safetensors: `node engines/exact/test/llm/safetensors/make-vectors.ts`. */

export const TERM = 'safetensors';

const TOKENS = [1, 5, 47, 0, 5, 33];

const base64 = (files: Readonly<Record<string, Uint8Array>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [path, toBase64(bytes)]));

const header = (description: string, file: Uint8Array): Vector => ({
  description,
  kind: 'header',
  file: toBase64(file),
});

const configuration = (description: string, config: object, more: object = {}): Vector => ({
  description,
  kind: 'configuration',
  config: JSON.stringify(config),
  ...more,
});

const whole = (
  kind: 'decoder' | 'encoder',
  description: string,
  files: Readonly<Record<string, Uint8Array>>,
): Vector => ({
  description,
  kind,
  tokens: TOKENS,
  files: base64(files),
});

const llama: ModelOptions = { architecture: 'llama', type: 'BF16' };
const qwen2: ModelOptions = { architecture: 'qwen2', type: 'F32', tied: true };

const llama3 = {
  rope_type: 'llama3',
  factor: 32.0,
  low_freq_factor: 1.0,
  high_freq_factor: 4.0,
  original_max_position_embeddings: 8192,
};

const valid: Record<string, Vector> = {
  'header-none': header('no tensors', assemble('{}')),
  header: header(
    'facts, a scalar, and types that no weight has',
    assemble(
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"I64","shape":[],"data_offsets":[6,14]},"a":{"dtype":"F16","shape":[3,1],"data_offsets":[0,6]},"é\\n":{"dtype":"BOOL","shape":[2],"data_offsets":[14,16]}}   ',
      new Uint8Array(16),
    ),
  ),
  'configuration-llama': configuration('Llama 3.2: llama3 scaling of RoPE', {
    ...decoderConfig({ ...llama, tied: true }),
    hidden_size: 2048,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    head_dim: 64,
    rope_theta: 500000.0,
    rope_scaling: llama3,
  }),
  'configuration-mistral': configuration('a mistral with a window', {
    ...decoderConfig(llama, 'mistral'),
    sliding_window: 4096,
  }),
  'configuration-qwen2': configuration('a qwen2 whose window is not used', {
    ...decoderConfig(qwen2),
    use_sliding_window: false,
    sliding_window: 32768,
    max_window_layers: 21,
  }),
  'configuration-qwen3': configuration('a qwen3 in the newer form', {
    ...decoderConfig({ architecture: 'qwen3', type: 'F32' }),
    rope_theta: undefined,
    rope_parameters: { rope_theta: 1000000, rope_type: 'default' },
    layer_types: ['full_attention'],
    sliding_window: null,
  }),
  'configuration-bert': configuration('a bert that pools its first token', encoderConfig, {
    pooling: '{"word_embedding_dimension":32,"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":false}',
    modules: JSON.stringify(modules),
  }),
  llama: whole('decoder', 'llama, BF16', decoderFiles(llama)),
  'llama-biases': whole(
    'decoder',
    'llama, F16, with biases of attention',
    decoderFiles(
      { architecture: 'llama', type: 'F16' },
      {
        config: { attention_bias: true },
        tensors: [
          ...decoderTensors({ architecture: 'qwen2', type: 'F16' }),
          {
            name: 'model.layers.0.self_attn.o_proj.bias',
            type: 'F32',
            sizes: [32],
            data: new Uint8Array(128),
          },
        ],
      },
    ),
  ),
  'llama-scaled': whole(
    'decoder',
    'llama, F16, scaled as Llama 3',
    decoderFiles(
      { architecture: 'llama', type: 'F16' },
      { config: { rope_scaling: { ...llama3, factor: 8, original_max_position_embeddings: 1024 } } },
    ),
  ),
  mistral: whole(
    'decoder',
    'mistral, F16, a window of three',
    decoderFiles(
      { architecture: 'llama', type: 'F16' },
      { modelType: 'mistral', config: { sliding_window: 3 } },
    ),
  ),
  'qwen2-shards': whole(
    'decoder',
    'qwen2, F32, one embedding for both ends, in two files',
    inShards(decoderFiles(qwen2), decoderTensors(qwen2), 2),
  ),
  qwen3: whole('decoder', 'qwen3, F16', decoderFiles({ architecture: 'qwen3', type: 'F16' })),
  'bert-mean': whole('encoder', 'bert, F32, mean of all', encoderFiles('F32')),
  'bert-first': whole('encoder', 'bert, F16, first token', encoderFiles('F16', { mean: false })),
};

const invalid: Record<string, Vector> = {
  ...Object.fromEntries(
    Object.entries(headers).map(([name, [description, error, file]]) => [
      `header-${name}`,
      { ...header(description, file), error },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(configurations).map(([name, [description, error, config]]) => [
      `configuration-${name}`,
      { description, kind: 'configuration', config, error },
    ]),
  ),
  ...Object.fromEntries(
    [models, encoders].flatMap((all, i) =>
      Object.entries(all).map(([name, [description, error, files]]) => [
        name,
        { ...whole(i === 0 ? 'decoder' : 'encoder', description, files), error },
      ]),
    ),
  ),
};

/** Text of each file by its path below specs/vectors. */
export async function makeVectors(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const [name, vector] of Object.entries(valid)) {
    const expected = await operations[vector.kind](vector);
    files.set(`${TERM}/valid/${name}.json`, `${JSON.stringify({ ...vector, expected }, null, 2)}\n`);
  }
  for (const [name, vector] of Object.entries(invalid))
    files.set(`${TERM}/invalid/${name}.json`, `${JSON.stringify(vector, null, 2)}\n`);
  return files;
}

if (import.meta.main) {
  const root = repositoryPath('specs/vectors');
  rmSync(join(root, TERM), { recursive: true, force: true });
  for (const [path, text] of await makeVectors()) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
