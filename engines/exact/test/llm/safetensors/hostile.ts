import { concatBytes, utf8 } from '@isobit/core';
import type { ModelOptions } from '../random-model.ts';
import {
  decoderConfig,
  decoderFiles,
  decoderTensors,
  encoderFiles,
  encoderTensors,
  inShards,
  type Json,
  modules,
} from './as-safetensors.ts';
import { assemble, buildSafetensors } from './build-safetensors.ts';

/* Files that are no safetensors, and models that are none, each with one fault. */

type Fault<Subject> = readonly [what: string, code: string, subject: Subject];

const entry = (change: Json = {}): Json => ({
  dtype: 'F32',
  shape: [2, 2],
  data_offsets: [0, 16],
  ...change,
});
const one = (change: Json, data = 16): Uint8Array =>
  assemble(JSON.stringify({ a: entry(change) }), new Uint8Array(data));
const two = (change: Json, data = 32): Uint8Array =>
  assemble(
    JSON.stringify({ a: entry(), b: entry({ data_offsets: [16, 32], ...change }) }),
    new Uint8Array(data),
  );
const spelled = (shape: string, data = 16): Uint8Array =>
  assemble(`{"a":{"dtype":"F32","shape":${shape},"data_offsets":[0,16]}}`, new Uint8Array(data));
const sound = one({});

export const headers: Readonly<Record<string, Fault<Uint8Array>>> = {
  empty: ['no bytes', 'MODEL_MALFORMED', new Uint8Array(0)],
  garbage: ['a page of a web server', 'MODEL_TOO_LARGE', utf8('<!doctype html><title>404</title>')],
  'prefix-short': ['seven bytes', 'MODEL_MALFORMED', sound.subarray(0, 7)],
  'header-truncated': ['it ends in its header', 'MODEL_MALFORMED', sound.subarray(0, 40)],
  'data-truncated': ['its last byte is missing', 'MODEL_MALFORMED', sound.subarray(0, sound.length - 1)],
  'data-behind': ['a byte behind its tensors', 'MODEL_MALFORMED', one({}, 17)],
  'length-absurd': [
    'a header of 2^63 bytes',
    'MODEL_TOO_LARGE',
    assemble('{}', new Uint8Array(0), 2n ** 63n),
  ],
  'length-zero': ['a header of no bytes', 'MODEL_MALFORMED', assemble('')],
  'not-object': ['a header that is a list', 'MODEL_MALFORMED', assemble('[]')],
  'space-before': ['a space before the header', 'MODEL_MALFORMED', assemble(' {}')],
  'not-json': ['a header that is no JSON', 'MODEL_MALFORMED', assemble('{"a":}')],
  'not-utf8': [
    'a name that is not UTF-8',
    'MODEL_MALFORMED',
    concatBytes(assemble('{"', new Uint8Array(0), 8), Uint8Array.of(0xff), utf8('":{}}')),
  ],
  'member-twice': [
    'a tensor given twice',
    'MODEL_MALFORMED',
    assemble(`{"a":${JSON.stringify(entry())},"a":${JSON.stringify(entry())}}`, new Uint8Array(16)),
  ],
  'nested-deep': [
    'forty lists in each other',
    'MODEL_MALFORMED',
    assemble(`{"a":${'['.repeat(40)}${']'.repeat(40)}}`),
  ],
  'facts-number': ['a fact that is a number', 'MODEL_MALFORMED', assemble('{"__metadata__":{"a":1}}')],
  'facts-text': ['facts that are a text', 'MODEL_MALFORMED', assemble('{"__metadata__":"pt"}')],
  'name-empty': [
    'a tensor without a name',
    'MODEL_TENSOR',
    assemble(JSON.stringify({ '': entry() }), new Uint8Array(16)),
  ],
  'name-long': [
    'a name of 257 bytes',
    'MODEL_TENSOR',
    assemble(JSON.stringify({ ['a'.repeat(257)]: entry() }), new Uint8Array(16)),
  ],
  'name-surrogate': [
    'half of a pair in a name',
    'MODEL_TENSOR',
    assemble(`{"\\ud800":${JSON.stringify(entry())}}`, new Uint8Array(16)),
  ],
  'entry-list': ['a tensor that is a list', 'MODEL_TENSOR', assemble('{"a":[]}')],
  'entry-member': ['a member that the format has not', 'MODEL_TENSOR', one({ stride: [1] })],
  'dtype-absent': ['no type', 'MODEL_TENSOR', one({ dtype: undefined })],
  'dtype-unknown': ['a type that is not known', 'MODEL_TENSOR', one({ dtype: 'Q8_0' })],
  'dtype-inherited': ["a type that every object's prototype has", 'MODEL_TENSOR', one({ dtype: 'toString' })],
  'shape-text': ['a shape that is a text', 'MODEL_TENSOR', one({ shape: '2x2' })],
  'shape-negative': ['a negative size', 'MODEL_MALFORMED', spelled('[-2,2]')],
  'shape-fraction': ['a size spelled as 2.0', 'MODEL_MALFORMED', spelled('[2.0,2]')],
  'shape-exponent': ['a size spelled as 2e0', 'MODEL_MALFORMED', spelled('[2e0,2]')],
  'shape-rank': ['nine dimensions', 'MODEL_TENSOR', one({ shape: [2, 2, 1, 1, 1, 1, 1, 1, 1] })],
  'shape-empty': ['a size of 0', 'MODEL_TENSOR', one({ shape: [0, 2], data_offsets: [0, 0] }, 0)],
  'shape-absurd': ['sizes whose product is 2^64', 'MODEL_TENSOR', one({ shape: [2 ** 32, 2 ** 32] })],
  'shape-inexact': ['a size of 2^53 + 1', 'MODEL_TENSOR', spelled('[9007199254740993,2]')],
  'offsets-absent': ['no place', 'MODEL_TENSOR', one({ data_offsets: undefined })],
  'offsets-three': ['three offsets', 'MODEL_TENSOR', one({ data_offsets: [0, 16, 32] })],
  'offsets-backwards': ['an end before the beginning', 'MODEL_TENSOR', one({ data_offsets: [16, 0] })],
  'offsets-size': ['fewer bytes than its shape takes', 'MODEL_TENSOR', one({ data_offsets: [0, 12] }, 12)],
  'offsets-far': ['a place 2^53 bytes away', 'MODEL_TENSOR', one({ data_offsets: [2 ** 52, 2 ** 52 + 16] })],
  'tensors-overlap': ['two tensors that share bytes', 'MODEL_TENSOR', two({ data_offsets: [8, 24] }, 24)],
  'tensors-gap': ['bytes between two tensors', 'MODEL_TENSOR', two({ data_offsets: [20, 36] }, 36)],
};

const llama: ModelOptions = { architecture: 'llama', type: 'F16' };
const tensors = decoderTensors(llama);
const files = decoderFiles(llama);
const shards = inShards(files, tensors, 2);
const SECOND = 'model-00002-of-00002.safetensors';
const INDEX = 'model.safetensors.index.json';

type Files = Readonly<Record<string, Uint8Array>>;
const without = (all: Files, ...paths: string[]): Files =>
  Object.fromEntries(Object.entries(all).filter(([path]) => !paths.includes(path)));
const withConfig = (config: Json, more: Partial<ModelOptions> = {}, modelType?: string): Files =>
  decoderFiles({ ...llama, ...more }, { config, ...(modelType ? { modelType } : {}) });
const withTensor = (name: string, change: object): Files =>
  decoderFiles(llama, {
    tensors: tensors.map((tensor) => (tensor.name === name ? { ...tensor, ...change } : tensor)),
  });
const withIndex = (index: unknown): Files => ({ ...shards, [INDEX]: utf8(JSON.stringify(index)) });
const FIRST_NAME = tensors[0]?.name as string;

const config = (change: Json, more: Partial<ModelOptions> = {}, modelType?: string): string =>
  JSON.stringify({ ...decoderConfig({ ...llama, ...more }, modelType), ...change });

/** `config.json` alone. */
export const configurations: Readonly<Record<string, Fault<string>>> = {
  'type-unknown': [
    'a type that the profile does not describe',
    'MODEL_ARCHITECTURE',
    config({ model_type: 'gpt_neox' }),
  ],
  'type-inherited': [
    "a type that every object's prototype has",
    'MODEL_ARCHITECTURE',
    config({ model_type: 'constructor' }),
  ],
  'head-other': [
    'a head that classifies',
    'MODEL_ARCHITECTURE',
    config({ architectures: ['LlamaForSequenceClassification'] }),
  ],
  'member-unknown': [
    'a member that nothing describes',
    'MODEL_ARCHITECTURE',
    config({ residual_multiplier: 0.5 }),
  ],
  quantised: [
    'weights quantised in another way',
    'MODEL_ARCHITECTURE',
    config({ quantization_config: { bits: 4 } }),
  ],
  'code-of-its-own': ['a model with code of its own', 'MODEL_ARCHITECTURE', config({ auto_map: {} })],
  activation: ['another activation', 'MODEL_ARCHITECTURE', config({ hidden_act: 'gelu' })],
  'width-absent': ['no width', 'MODEL_METADATA', config({ hidden_size: undefined })],
  'width-text': ['a width that is a text', 'MODEL_METADATA', config({ hidden_size: '32' })],
  'width-fraction': ['a width of 32.5', 'MODEL_METADATA', config({ hidden_size: 32.5 })],
  'epsilon-tiny': ['an epsilon that is 0 as a binary32', 'MODEL_METADATA', config({ rms_norm_eps: 1e-60 })],
  'base-vast': ['a base that is infinite as a binary32', 'MODEL_METADATA', config({ rope_theta: 1e300 })],
  'window-of-llama': ['a window where a llama has none', 'MODEL_ARCHITECTURE', config({ sliding_window: 3 })],
  'window-unsaid': [
    'a mistral that does not say whether it has a window',
    'MODEL_METADATA',
    config({ sliding_window: undefined }, {}, 'mistral'),
  ],
  'window-of-some': [
    'a window in some layers',
    'MODEL_ARCHITECTURE',
    config(
      { use_sliding_window: true, sliding_window: 3, max_window_layers: 1 },
      { architecture: 'qwen2', layers: 2 },
    ),
  ],
  yarn: [
    'RoPE scaled by yarn',
    'MODEL_ARCHITECTURE',
    config({ rope_scaling: { rope_type: 'yarn', factor: 2 } }),
  ],
  'scaling-unknown': [
    'a member of the scaling that nothing describes',
    'MODEL_ARCHITECTURE',
    config({ rope_scaling: { rope_type: 'linear', factor: 2, attention_factor: 1 } }),
  ],
  'scaling-twice': [
    'two bases',
    'MODEL_ARCHITECTURE',
    config({ rope_theta: 10_000, rope_parameters: { rope_type: 'default', rope_theta: 20_000 } }),
  ],
  'scaling-bounds': [
    'the bounds of llama3 in the wrong order',
    'MODEL_METADATA',
    config({
      rope_scaling: {
        rope_type: 'llama3',
        factor: 8,
        low_freq_factor: 4,
        high_freq_factor: 1,
        original_max_position_embeddings: 512,
      },
    }),
  ],
  'scaling-wide': [
    'divisors for heads of 2^31 - 2 values',
    'MODEL_METADATA',
    config({
      head_dim: 0x7ffffffe,
      rope_scaling: {
        rope_type: 'llama3',
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 512,
      },
    }),
  ],
};

export const models: Readonly<Record<string, Fault<Files>>> = {
  'config-absent': ['no config.json', 'MODEL_MALFORMED', without(files, 'config.json')],
  'config-not-json': [
    'a config.json that is none',
    'MODEL_MALFORMED',
    { ...files, 'config.json': utf8('{') },
  ],
  'config-member-twice': [
    'a member given twice',
    'MODEL_MALFORMED',
    { ...files, 'config.json': utf8('{"model_type":"llama","model_type":"qwen2"}') },
  ],
  'base-small': ['a base of RoPE below 1', 'MODEL_METADATA', withConfig({ rope_theta: 0.5 })],
  'context-long': ['a context of 2^20', 'MODEL_METADATA', withConfig({ max_position_embeddings: 2 ** 20 })],
  'heads-ragged': ['4 heads in 3 groups', 'MODEL_METADATA', withConfig({ num_key_value_heads: 3 })],
  'layers-absurd': ['2^31 - 1 layers', 'MODEL_TENSOR', withConfig({ num_hidden_layers: 0x7fffffff })],
  'vocabulary-differs': ['a vocabulary of another size', 'MODEL_METADATA', withConfig({ vocab_size: 49 })],
  'biases-absent': [
    'biases that the configuration promises',
    'MODEL_TENSOR',
    withConfig({ attention_bias: true }),
  ],
  'biases-extra': [
    'biases that the configuration denies',
    'MODEL_ARCHITECTURE',
    decoderFiles(llama, { tensors: decoderTensors({ ...llama, architecture: 'qwen2' }) }),
  ],
  'output-absent': [
    'no output, and no word that the embedding takes its place',
    'MODEL_TENSOR',
    decoderFiles(llama, { tensors: decoderTensors({ ...llama, tied: true }) }),
  ],
  'weights-absent': ['no weights', 'MODEL_MALFORMED', without(files, 'model.safetensors')],
  'weights-twice': ['one file and an index', 'MODEL_MALFORMED', { ...files, ...shards }],
  'shard-absent': ['a file of the index is missing', 'MODEL_MALFORMED', without(shards, SECOND)],
  'shard-short': [
    'a file lacks what the index says',
    'MODEL_MALFORMED',
    { ...shards, [SECOND]: buildSafetensors(tensors.filter((_, i) => i % 2 === 1).slice(1)) },
  ],
  'shard-stray': [
    'a tensor in two files',
    'MODEL_TENSOR',
    {
      ...shards,
      [SECOND]: buildSafetensors([...tensors.filter((_, i) => i % 2 === 1), ...tensors.slice(0, 1)]),
    },
  ],
  'index-empty': ['an index of nothing', 'MODEL_MALFORMED', withIndex({ weight_map: {} })],
  'index-without-map': ['an index without a map', 'MODEL_MALFORMED', withIndex({})],
  'index-outside': [
    'an index that leads out of the folder',
    'MODEL_MALFORMED',
    withIndex({ weight_map: { [FIRST_NAME]: '../model.safetensors' } }),
  ],
  'index-pickle': [
    'an index of pickles',
    'MODEL_MALFORMED',
    withIndex({ weight_map: { [FIRST_NAME]: 'pytorch_model.bin' } }),
  ],
  'tensor-unknown': [
    'a tensor that the graph does not use',
    'MODEL_ARCHITECTURE',
    decoderFiles(llama, {
      tensors: [
        ...tensors,
        { name: 'model.layers.0.adapter.weight', type: 'F32', sizes: [1], data: new Uint8Array(4) },
      ],
    }),
  ],
  'tensor-absent': [
    'no gate in the first layer',
    'MODEL_TENSOR',
    decoderFiles(llama, { tensors: tensors.filter(({ name }) => !name.includes('gate_proj')) }),
  ],
  'tensor-layer': [
    'a layer numbered 00',
    'MODEL_ARCHITECTURE',
    withTensor('model.layers.0.mlp.up_proj.weight', { name: 'model.layers.00.mlp.up_proj.weight' }),
  ],
  'tensor-type': ['a norm of integers', 'MODEL_TENSOR', withTensor('model.norm.weight', { type: 'I32' })],
  'tensor-rank': [
    'an embedding of three dimensions',
    'MODEL_TENSOR',
    withTensor('model.embed_tokens.weight', { sizes: [32, 48, 1] }),
  ],
  'tensor-transposed': [
    'a gate that is transposed',
    'MODEL_TENSOR',
    withTensor('model.layers.0.mlp.gate_proj.weight', { sizes: [64, 32] }),
  ],
  'weight-nan': [
    'a weight that is NaN',
    'MODEL_WEIGHTS',
    withTensor('model.embed_tokens.weight', {
      data: Uint8Array.from(tensors[0]?.data ?? [], (byte, i) => (i === 1 ? 0x7e : byte)),
    }),
  ],
};

export const encoders: typeof models = {
  'pooling-unsaid': [
    'a bert that does not say how it pools',
    'MODEL_ARCHITECTURE',
    without(encoderFiles('F16'), '1_Pooling/config.json'),
  ],
  'pooling-both': [
    'two ways of pooling',
    'MODEL_ARCHITECTURE',
    {
      ...encoderFiles('F16'),
      '1_Pooling/config.json': utf8('{"pooling_mode_cls_token":true,"pooling_mode_mean_tokens":true}'),
    },
  ],
  'pooling-last': [
    'pooling by the last token',
    'MODEL_ARCHITECTURE',
    {
      ...encoderFiles('F16'),
      '1_Pooling/config.json': utf8('{"pooling_mode_mean_tokens":true,"pooling_mode_lasttoken":true}'),
    },
  ],
  'module-dense': [
    'a module behind the pooling',
    'MODEL_ARCHITECTURE',
    {
      ...encoderFiles('F16'),
      'modules.json': utf8(JSON.stringify([...modules, { type: 'sentence_transformers.models.Dense' }])),
    },
  ],
  'modules-object': [
    'modules that are no list',
    'MODEL_MALFORMED',
    { ...encoderFiles('F16'), 'modules.json': utf8('{}') },
  ],
  'positions-relative': [
    'relative positions',
    'MODEL_ARCHITECTURE',
    encoderFiles('F16', { config: { position_embedding_type: 'relative_key' } }),
  ],
  'activation-encoder': [
    'another gelu',
    'MODEL_ARCHITECTURE',
    encoderFiles('F16', { config: { hidden_act: 'gelu_new' } }),
  ],
  'norm-twice': [
    'a norm by its old name and its new one',
    'MODEL_TENSOR',
    encoderFiles('F16', {
      tensors: [
        ...encoderTensors('F16'),
        { name: 'embeddings.LayerNorm.gamma', type: 'F32', sizes: [32], data: new Uint8Array(128) },
      ],
    }),
  ],
  'bias-absent': [
    'a linear part without its bias',
    'MODEL_TENSOR',
    encoderFiles('F16', {
      tensors: encoderTensors('F16').filter(({ name }) => name !== 'encoder.layer.0.output.dense.bias'),
    }),
  ],
};
