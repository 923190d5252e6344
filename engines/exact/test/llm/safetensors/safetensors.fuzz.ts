import { utf8 } from '@isobit/core';
import { describeConfiguration, readIndex } from '../../../src/llm/reference/index.ts';
import { readJsonObject } from '../../../src/llm/safetensors/read-json.ts';
import { decoderConfig, decoderFiles, decoderTensors, encoderConfig, inShards } from './as-safetensors.ts';
import { assemble } from './build-safetensors.ts';
import { readWholeHeader } from './vectors.ts';

const LIMITS = { bytes: 2 ** 20, values: 2 ** 16 };
const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
const pooling = { pooling_mode_mean_tokens: true };

const qwen2 = { architecture: 'qwen2', type: 'F16' } as const;
const shards = inShards(decoderFiles(qwen2), decoderTensors(qwen2), 2);

/** Decoders of strangers' bytes: they may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  readHeader: {
    run: readWholeHeader,
    seeds: () => [
      assemble(
        '{"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[3,1],"data_offsets":[0,6]},"b":{"dtype":"F32","shape":[2],"data_offsets":[6,14]}}',
        new Uint8Array(14),
      ),
      assemble('{}'),
    ],
  },
  readIndex: {
    run: readIndex,
    seeds: () => [shards['model.safetensors.index.json'] as Uint8Array],
  },
  describeConfiguration: {
    run: (bytes) => describeConfiguration({ model: readJsonObject(bytes, 'config.json', LIMITS), pooling }),
    seeds: () => [
      json(decoderConfig({ architecture: 'llama', type: 'F16' })),
      json({
        ...decoderConfig({ architecture: 'llama', type: 'F16' }),
        rope_scaling: {
          rope_type: 'llama3',
          factor: 8,
          low_freq_factor: 1,
          high_freq_factor: 4,
          original_max_position_embeddings: 512,
        },
      }),
      json({ ...decoderConfig(qwen2), use_sliding_window: true, sliding_window: 3, max_window_layers: 0 }),
      json({ ...decoderConfig({ architecture: 'qwen3', type: 'F16' }), layer_types: ['full_attention'] }),
      json(encoderConfig),
    ],
  },
};
