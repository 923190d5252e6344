import { floatToHalf, type WeightType, weightTypes } from '../../src/llm/reference/index.ts';
import { buildGguf, type Tensor, type Value } from './build-gguf.ts';
import { createRandom, type Random } from './random.ts';

/** Where the halves of a block lie that scale it, and about how large they are for weights of some tenths. */
const scales: Partial<Record<WeightType, readonly (readonly [at: number, scale: number])[]>> = {
  Q8_0: [[0, 0.002]],
  Q4_0: [[0, 0.03]],
  Q4_1: [
    [0, 0.03],
    [2, -0.2],
  ],
  Q5_0: [[0, 0.015]],
  Q5_1: [
    [0, 0.015],
    [2, -0.2],
  ],
  Q4_K: [
    [0, 0.001],
    [2, 0.008],
  ],
  Q5_K: [
    [0, 0.0005],
    [2, 0.008],
  ],
  Q6_K: [[208, 0.0001]],
};

/** Random weights as a file holds them. */
export function randomWeights(
  random: Random,
  type: WeightType,
  elements: number,
  scale = 0.25,
  blockScale = 1,
): Uint8Array {
  const block = weightTypes[type];
  const places = scales[type];
  if (places) {
    const data = random.bytes((elements / block.elements) * block.bytes);
    const view = new DataView(data.buffer);
    for (let start = 0; start < data.length; start += block.bytes) {
      for (const [at, size] of places)
        view.setUint16(start + at, floatToHalf(blockScale * size * (1 + random.float() / 2)), true);
    }
    return data;
  }
  const values = random.floats(elements, scale);
  if (type === 'F32') return new Uint8Array(values.buffer);
  if (type === 'F16') return new Uint8Array(Uint16Array.from(values, floatToHalf).buffer);
  return new Uint8Array(Uint16Array.from(new Uint32Array(values.buffer), (bits) => bits >>> 16).buffer);
}

/** A norm's weights: about one. */
const ones = (random: Random, length: number): Uint8Array =>
  new Uint8Array(Float32Array.from({ length }, () => 1 + random.float() / 8).buffer);

export interface ModelOptions {
  /** Tensors of the last have the first's names. */
  readonly architecture: 'llama' | 'qwen2' | 'qwen3' | 'gemma';
  /** Of all matrices, or of each by its name. */
  readonly type: WeightType | ((name: string) => WeightType);
  readonly seed?: number;
  /** Instead of the one that `seed` names. */
  readonly random?: Random;
  readonly size?: ModelSize;
  readonly layers?: number;
  readonly tied?: boolean;
  readonly metadata?: Readonly<Record<string, Value>>;
  readonly context?: number;
  /** Of float weights: about their greatest magnitude. */
  readonly scale?: number;
  /** Scales of quantised blocks are so many times those that give weights of some tenths. */
  readonly blockScale?: number;
  /** Divisors of RoPE's frequencies. */
  readonly divisors?: Float32Array;
}

export interface ModelSize {
  readonly width: number;
  readonly hidden: number;
  readonly heads: number;
  readonly groups: number;
  readonly headWidth: number;
  readonly vocabulary: number;
}

export const SMALL = { width: 32, hidden: 64, heads: 4, groups: 2, headWidth: 8, vocabulary: 48 } as const;

const metadataOf = (options: ModelOptions): Record<string, Value> => {
  const { architecture: a, layers = 1, context = 512, size = SMALL } = options;
  return {
    'general.architecture': a,
    [`${a}.context_length`]: context,
    [`${a}.embedding_length`]: size.width,
    [`${a}.block_count`]: layers,
    [`${a}.feed_forward_length`]: size.hidden,
    [`${a}.attention.head_count`]: size.heads,
    [`${a}.attention.head_count_kv`]: size.groups,
    [`${a}.attention.layer_norm_rms_epsilon`]: { float: 1e-5 },
    ...(a === 'qwen3' || options.size ? { [`${a}.attention.key_length`]: size.headWidth } : {}),
    ...options.metadata,
  };
};

/** A decoder with random weights, as metadata and tensors. */
export function decoderParts(options: ModelOptions): {
  metadata: Record<string, Value>;
  tensors: Tensor[];
} {
  const { architecture, layers = 1, tied = false, divisors, scale, size = SMALL } = options;
  const random = options.random ?? createRandom(options.seed ?? 1);
  const { width, hidden, heads, groups, headWidth, vocabulary } = size;
  const matrix = (name: string, columns: number, rows: number): Tensor => {
    const type = typeof options.type === 'string' ? options.type : options.type(name);
    return {
      name: `${name}.weight`,
      type,
      sizes: [columns, rows],
      data: randomWeights(random, type, columns * rows, scale, options.blockScale),
    };
  };
  const vector = (name: string, length: number, data: Uint8Array): Tensor => ({
    name,
    type: 'F32',
    sizes: [length],
    data,
  });
  const norm = (name: string, length: number) => vector(`${name}.weight`, length, ones(random, length));
  const bias = (name: string, length: number) =>
    vector(`${name}.bias`, length, randomWeights(random, 'F32', length));
  const layer = (at: string): Tensor[] => [
    norm(`${at}.attn_norm`, width),
    matrix(`${at}.attn_q`, width, heads * headWidth),
    matrix(`${at}.attn_k`, width, groups * headWidth),
    matrix(`${at}.attn_v`, width, groups * headWidth),
    matrix(`${at}.attn_output`, heads * headWidth, width),
    ...(architecture === 'qwen2'
      ? [
          bias(`${at}.attn_q`, heads * headWidth),
          bias(`${at}.attn_k`, groups * headWidth),
          bias(`${at}.attn_v`, groups * headWidth),
        ]
      : []),
    ...(architecture === 'qwen3'
      ? [norm(`${at}.attn_q_norm`, headWidth), norm(`${at}.attn_k_norm`, headWidth)]
      : []),
    norm(`${at}.ffn_norm`, width),
    matrix(`${at}.ffn_gate`, width, hidden),
    matrix(`${at}.ffn_up`, width, hidden),
    matrix(`${at}.ffn_down`, hidden, width),
  ];
  return {
    metadata: metadataOf(options),
    tensors: [
      matrix('token_embd', width, vocabulary),
      norm('output_norm', width),
      ...(tied ? [] : [matrix('output', width, vocabulary)]),
      ...(divisors
        ? [vector('rope_freqs.weight', divisors.length, new Uint8Array(divisors.slice().buffer))]
        : []),
      ...Array.from({ length: layers }, (_, i) => layer(`blk.${i}`)).flat(),
    ],
  };
}

export function decoderFile(options: ModelOptions): Uint8Array {
  const { metadata, tensors } = decoderParts(options);
  return buildGguf(metadata, tensors);
}

export function encoderFile(
  type: WeightType,
  pooling: number,
  extra: Record<string, Value> = {},
): Uint8Array {
  const { metadata, tensors } = encoderParts(type, pooling, extra);
  return buildGguf(metadata, tensors);
}

/** A bert encoder with random weights, as metadata and tensors. */
export function encoderParts(
  type: WeightType,
  pooling: number,
  extra: Record<string, Value> = {},
): { metadata: Record<string, Value>; tensors: Tensor[] } {
  const random = createRandom(7);
  const { width, hidden, heads, vocabulary } = SMALL;
  const context = 16;
  const matrix = (name: string, columns: number, rows: number): Tensor => ({
    name: `${name}.weight`,
    type,
    sizes: [columns, rows],
    data: randomWeights(random, type, columns * rows),
  });
  const linear = (name: string, columns: number, rows: number): Tensor[] => [
    matrix(name, columns, rows),
    { name: `${name}.bias`, type: 'F32', sizes: [rows], data: randomWeights(random, 'F32', rows) },
  ];
  const norm = (name: string): Tensor[] => [
    { name: `${name}.weight`, type: 'F32', sizes: [width], data: ones(random, width) },
    { name: `${name}.bias`, type: 'F32', sizes: [width], data: randomWeights(random, 'F32', width) },
  ];
  return {
    metadata: {
      'general.architecture': 'bert',
      'bert.context_length': context,
      'bert.embedding_length': width,
      'bert.block_count': 1,
      'bert.feed_forward_length': hidden,
      'bert.attention.head_count': heads,
      'bert.attention.layer_norm_epsilon': { float: 1e-12 },
      'bert.attention.causal': false,
      'bert.pooling_type': pooling,
      ...extra,
    },
    tensors: [
      matrix('token_embd', width, vocabulary),
      matrix('token_types', width, 2),
      matrix('position_embd', width, context),
      ...norm('token_embd_norm'),
      ...linear('blk.0.attn_q', width, width),
      ...linear('blk.0.attn_k', width, width),
      ...linear('blk.0.attn_v', width, width),
      ...linear('blk.0.attn_output', width, width),
      ...norm('blk.0.attn_output_norm'),
      ...linear('blk.0.ffn_up', width, hidden),
      ...linear('blk.0.ffn_down', hidden, width),
      ...norm('blk.0.layer_output_norm'),
    ],
  };
}
