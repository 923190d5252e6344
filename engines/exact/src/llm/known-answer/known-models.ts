import type { MetadataValue } from '../gguf/read-metadata.ts';
import type { ModelFile, ModelTensor } from '../model-file.ts';
import type { WeightType } from '../reference/weights/weight-type.ts';
import { createWords, knownWeights } from './known-weights.ts';

const integer = (value: number): MetadataValue => ({ type: 'integer', value: BigInt(value) });
const float = (value: number): MetadataValue => ({ type: 'float', value });

type Sizes = readonly [name: string, type: WeightType, ...sizes: number[]];

/** A model that is made, not read. */
function modelOf(
  architecture: string,
  members: Readonly<Record<string, MetadataValue>>,
  sizes: readonly Sizes[],
): ModelFile {
  const word = createWords(sizes.length);
  const data = new Map<string, Uint8Array>();
  const tensors = new Map<string, ModelTensor>();
  for (const [name, type, columns = 1, rows = 1] of sizes) {
    const bytes = knownWeights(type, columns * rows, word);
    data.set(name, bytes);
    tensors.set(name, { name, type, sizes: [columns, rows], bytes: bytes.length });
  }
  return {
    metadata: new Map<string, MetadataValue>([
      ['general.architecture', { type: 'string', value: architecture }],
      ...Object.entries(members).map(
        ([key, value]) => [`${architecture}.${key}`, value] as [string, MetadataValue],
      ),
    ]),
    tensors,
    bytes: (name) => data.get(name) as Uint8Array,
  };
}

/** Types of one layer's seven matrices; the last has 256 columns. */
const LAYERS: readonly (readonly WeightType[])[] = [
  ['Q8_0', 'Q4_0', 'Q4_1', 'Q5_0', 'Q5_1', 'Q8_0', 'Q4_K'],
  ['F16', 'BF16', 'F32', 'Q8_0', 'Q4_0', 'Q4_1', 'Q5_K'],
  ['Q5_1', 'Q8_0', 'Q8_0', 'F32', 'F16', 'Q5_0', 'Q6_K'],
];

/** A decoder with a layer of each kind of weights. */
export function knownDecoder(): ModelFile {
  const [width, hidden, heads, groups, headWidth, vocabulary] = [32, 256, 4, 2, 16, 80];
  const layer = (types: readonly WeightType[], i: number): Sizes[] => {
    const [q, k, v, o, gate, up, down] = types as [WeightType, ...WeightType[]] & WeightType[];
    const at = (name: string): string => `blk.${i}.${name}`;
    return [
      [at('attn_norm.weight'), 'F32', width],
      [at('attn_q.weight'), q as WeightType, width, heads * headWidth],
      [at('attn_k.weight'), k as WeightType, width, groups * headWidth],
      [at('attn_v.weight'), v as WeightType, width, groups * headWidth],
      [at('attn_v.bias'), 'F32', groups * headWidth],
      [at('attn_q_norm.weight'), 'F32', headWidth],
      [at('attn_k_norm.weight'), 'F32', headWidth],
      [at('attn_output.weight'), o as WeightType, heads * headWidth, width],
      [at('ffn_norm.weight'), 'F32', width],
      [at('ffn_gate.weight'), gate as WeightType, width, hidden],
      [at('ffn_up.weight'), up as WeightType, width, hidden],
      [at('ffn_down.weight'), down as WeightType, hidden, width],
    ];
  };
  return modelOf(
    'qwen3',
    {
      context_length: integer(256),
      embedding_length: integer(width),
      block_count: integer(LAYERS.length),
      feed_forward_length: integer(hidden),
      'attention.head_count': integer(heads),
      'attention.head_count_kv': integer(groups),
      'attention.key_length': integer(headWidth),
      'attention.layer_norm_rms_epsilon': float(1e-6),
      attn_logit_softcapping: float(30),
    },
    [
      ['token_embd.weight', 'F32', width, vocabulary],
      ['output_norm.weight', 'F32', width],
      ['output.weight', 'F32', width, vocabulary],
      ...LAYERS.flatMap(layer),
    ],
  );
}

/** A bert encoder of one layer. */
export function knownEncoder(): ModelFile {
  const [width, hidden, vocabulary] = [32, 64, 80];
  const norm = (name: string): Sizes[] => [
    [`${name}.weight`, 'F32', width],
    [`${name}.bias`, 'F32', width],
  ];
  return modelOf(
    'bert',
    {
      context_length: integer(80),
      embedding_length: integer(width),
      block_count: integer(1),
      feed_forward_length: integer(hidden),
      'attention.head_count': integer(2),
      'attention.layer_norm_epsilon': float(1e-12),
      pooling_type: integer(1),
    },
    [
      ['token_embd.weight', 'Q8_0', width, vocabulary],
      ['token_types.weight', 'F32', width, 2],
      ['position_embd.weight', 'F16', width, 80],
      ...norm('token_embd_norm'),
      ['blk.0.attn_q.weight', 'Q8_0', width, width],
      ['blk.0.attn_k.weight', 'F16', width, width],
      ['blk.0.attn_v.weight', 'Q5_1', width, width],
      ['blk.0.attn_output.weight', 'Q4_0', width, width],
      ...norm('blk.0.attn_output_norm'),
      ['blk.0.ffn_up.weight', 'Q4_1', width, hidden],
      ['blk.0.ffn_up.bias', 'F32', hidden],
      ['blk.0.ffn_down.weight', 'BF16', hidden, width],
      ...norm('blk.0.layer_output_norm'),
    ],
  );
}
