import { utf8 } from '@isobit/core';
import { weightTypes } from '../../../src/llm/reference/index.ts';
import type { Tensor, Value } from '../build-gguf.ts';
import { decoderParts, encoderParts, type ModelOptions, SMALL } from '../random-model.ts';
import { buildSafetensors } from './build-safetensors.ts';

/* The same random models as `random-model.ts` makes, as their publishers would save them. */

export type Json = Record<string, unknown>;

const DECODER_NAMES: readonly (readonly [gguf: RegExp, saved: string])[] = [
  [/^token_embd\./, 'model.embed_tokens.'],
  [/^output_norm\./, 'model.norm.'],
  [/^output\./, 'lm_head.'],
  [/^blk\.(\d+)\.attn_norm\./, 'model.layers.$1.input_layernorm.'],
  [/^blk\.(\d+)\.ffn_norm\./, 'model.layers.$1.post_attention_layernorm.'],
  [/^blk\.(\d+)\.attn_([qkv])_norm\./, 'model.layers.$1.self_attn.$2_norm.'],
  [/^blk\.(\d+)\.attn_([qkv])\./, 'model.layers.$1.self_attn.$2_proj.'],
  [/^blk\.(\d+)\.attn_output\./, 'model.layers.$1.self_attn.o_proj.'],
  [/^blk\.(\d+)\.ffn_(gate|up|down)\./, 'model.layers.$1.mlp.$2_proj.'],
];

const ENCODER_NAMES: typeof DECODER_NAMES = [
  [/^token_embd\./, 'embeddings.word_embeddings.'],
  [/^token_types\./, 'embeddings.token_type_embeddings.'],
  [/^position_embd\./, 'embeddings.position_embeddings.'],
  [/^token_embd_norm\./, 'embeddings.LayerNorm.'],
  [/^blk\.(\d+)\.attn_q\./, 'encoder.layer.$1.attention.self.query.'],
  [/^blk\.(\d+)\.attn_k\./, 'encoder.layer.$1.attention.self.key.'],
  [/^blk\.(\d+)\.attn_v\./, 'encoder.layer.$1.attention.self.value.'],
  [/^blk\.(\d+)\.attn_output\./, 'encoder.layer.$1.attention.output.dense.'],
  [/^blk\.(\d+)\.attn_output_norm\./, 'encoder.layer.$1.attention.output.LayerNorm.'],
  [/^blk\.(\d+)\.ffn_up\./, 'encoder.layer.$1.intermediate.dense.'],
  [/^blk\.(\d+)\.ffn_down\./, 'encoder.layer.$1.output.dense.'],
  [/^blk\.(\d+)\.layer_output_norm\./, 'encoder.layer.$1.output.LayerNorm.'],
];

function renamed(tensors: readonly Tensor[], names: typeof DECODER_NAMES): Tensor[] {
  return tensors.map((tensor) => {
    const found = names.find(([gguf]) => gguf.test(tensor.name));
    if (!found) throw new RangeError(`no name for ${tensor.name}`);
    return { ...tensor, name: tensor.name.replace(...found) };
  });
}

/** GGUF keeps a llama's heads with the two values of a pair side by side; publishers keep halves. */
export function toHalves(tensor: Tensor): Tensor {
  if (!/attn_[qk]\.weight$/.test(tensor.name)) return tensor;
  const { headWidth } = SMALL;
  const rowBytes =
    ((tensor.sizes[0] as number) / weightTypes[tensor.type].elements) * weightTypes[tensor.type].bytes;
  const data = new Uint8Array(tensor.data.length);
  for (let row = 0; row < data.length / rowBytes; row++) {
    const head = Math.floor(row / headWidth) * headWidth;
    const within = row - head;
    const to = head + (within % 2) * (headWidth / 2) + Math.floor(within / 2);
    data.set(tensor.data.subarray(row * rowBytes, (row + 1) * rowBytes), to * rowBytes);
  }
  return { ...tensor, data };
}

const plainValue = (value: Value | undefined): unknown =>
  typeof value === 'object' && 'float' in value ? value.float : value;

/** `config.json` of a random decoder. */
export function decoderConfig(options: ModelOptions, modelType: string = options.architecture): Json {
  const { architecture: a } = options;
  const { metadata } = decoderParts(options);
  const of = (key: string): unknown => plainValue(metadata[`${a}.${key}`]);
  const heads = {
    llama: 'LlamaForCausalLM',
    mistral: 'MistralForCausalLM',
    qwen2: 'Qwen2ForCausalLM',
    qwen3: 'Qwen3ForCausalLM',
  };
  return {
    architectures: [heads[modelType as keyof typeof heads]],
    model_type: modelType,
    vocab_size: SMALL.vocabulary,
    hidden_size: of('embedding_length'),
    intermediate_size: of('feed_forward_length'),
    num_hidden_layers: of('block_count'),
    num_attention_heads: of('attention.head_count'),
    num_key_value_heads: of('attention.head_count_kv'),
    ...(modelType === 'qwen3' ? { head_dim: SMALL.headWidth } : {}),
    ...(modelType === 'mistral' ? { sliding_window: null } : {}),
    hidden_act: 'silu',
    max_position_embeddings: of('context_length'),
    rms_norm_eps: of('attention.layer_norm_rms_epsilon'),
    rope_theta: of('rope.freq_base') ?? 10000.0,
    tie_word_embeddings: options.tied ?? false,
    torch_dtype: 'bfloat16',
    use_cache: true,
    transformers_version: '4.57.1',
  };
}

/** The tensors of a random decoder by their publishers' names. */
export const decoderTensors = (options: ModelOptions): Tensor[] =>
  renamed(decoderParts(options).tensors, DECODER_NAMES);

const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));

/** A random decoder as files. */
export function decoderFiles(
  options: ModelOptions,
  {
    modelType,
    config,
    tensors = decoderTensors(options),
  }: { modelType?: string; config?: Json; tensors?: readonly Tensor[] } = {},
): Record<string, Uint8Array> {
  return {
    'config.json': json({ ...decoderConfig(options, modelType), ...config }),
    'model.safetensors': buildSafetensors(tensors, { format: 'pt' }),
  };
}

/** The same in several files, with their index. */
export function inShards(
  files: Record<string, Uint8Array>,
  tensors: readonly Tensor[],
  count: number,
): Record<string, Uint8Array> {
  const { 'model.safetensors': _, ...others } = files;
  const name = (shard: number): string =>
    `model-${String(shard + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.safetensors`;
  const of = (shard: number): Tensor[] => tensors.filter((_tensor, i) => i % count === shard);
  const shards = Array.from({ length: count }, (_shard, shard) => [name(shard), buildSafetensors(of(shard))]);
  const map = tensors.map((tensor, i) => [tensor.name, name(i % count)]);
  return {
    ...others,
    ...Object.fromEntries(shards),
    'model.safetensors.index.json': json({
      metadata: { total_size: 1 },
      weight_map: Object.fromEntries(map),
    }),
  };
}

export const encoderTensors = (type: Tensor['type']): Tensor[] =>
  renamed(encoderParts(type, 1).tensors, ENCODER_NAMES);

export const encoderConfig: Json = {
  architectures: ['BertModel'],
  model_type: 'bert',
  vocab_size: SMALL.vocabulary,
  type_vocab_size: 2,
  hidden_size: SMALL.width,
  intermediate_size: SMALL.hidden,
  num_hidden_layers: 1,
  num_attention_heads: SMALL.heads,
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  max_position_embeddings: 16,
  position_embedding_type: 'absolute',
  attention_probs_dropout_prob: 0.1,
  hidden_dropout_prob: 0.1,
};

const pooling = (mean: boolean): Json => ({
  word_embedding_dimension: SMALL.width,
  pooling_mode_cls_token: !mean,
  pooling_mode_mean_tokens: mean,
  pooling_mode_max_tokens: false,
  pooling_mode_mean_sqrt_len_tokens: false,
});

export const modules: readonly Json[] = ['Transformer', 'Pooling', 'Normalize'].map((name, idx) => ({
  idx,
  name: `${idx}`,
  path: idx === 0 ? '' : `${idx}_${name}`,
  type: `sentence_transformers.models.${name}`,
}));

/** A random encoder as files. */
export function encoderFiles(
  type: Tensor['type'],
  {
    mean = true,
    config,
    tensors = encoderTensors(type),
  }: { mean?: boolean; config?: Json; tensors?: readonly Tensor[] } = {},
): Record<string, Uint8Array> {
  return {
    'config.json': json({ ...encoderConfig, ...config }),
    'model.safetensors': buildSafetensors(tensors),
    'modules.json': json(modules),
    '1_Pooling/config.json': json(pooling(mean)),
  };
}
