import {
  assemble,
  buildGguf,
  entryBytes,
  layOut,
  memberBytes,
  type Tensor,
  type Value,
} from './build-gguf.ts';
import { createRandom } from './random.ts';
import { decoderParts, randomWeights, SMALL } from './random-model.ts';
import { textModelFile, tokenizerMetadata } from './text-model.ts';

/*
 * Models of random weights that llm-exact-1 does not describe and llama.cpp runs.
 */

/** Layers, positions. */
const SIZE = { layers: 2, context: 128 };

export const otherModels = {
  /** Another architecture with the tensors of llama. */
  gemma: () =>
    textModelFile({ architecture: 'gemma', layers: SIZE.layers, tied: true, withBytes: true, scale: 0.1 }),
  /** Learned positions, biases, LayerNorm. */
  gpt2: positional,
  /** An architecture that it describes, in a type that it does not. */
  iq4,
} as const;

export type OtherModel = keyof typeof otherModels;

function positional(): Uint8Array {
  const random = createRandom(11);
  const { width, hidden, heads } = SMALL;
  const { metadata, vocabulary } = tokenizerMetadata(true);
  const matrix = (name: string, columns: number, rows: number): Tensor => ({
    name: `${name}.weight`,
    type: 'F32',
    sizes: [columns, rows],
    data: randomWeights(random, 'F32', columns * rows),
  });
  const vector = (name: string, length: number): Tensor => ({
    name,
    type: 'F32',
    sizes: [length],
    data: randomWeights(random, 'F32', length),
  });
  const linear = (name: string, columns: number, rows: number): Tensor[] => [
    matrix(name, columns, rows),
    vector(`${name}.bias`, rows),
  ];
  const norm = (name: string): Tensor[] => [vector(`${name}.weight`, width), vector(`${name}.bias`, width)];
  const layer = (at: string): Tensor[] => [
    ...norm(`${at}.attn_norm`),
    ...linear(`${at}.attn_qkv`, width, 3 * width),
    ...linear(`${at}.attn_output`, width, width),
    ...norm(`${at}.ffn_norm`),
    ...linear(`${at}.ffn_up`, width, hidden),
    ...linear(`${at}.ffn_down`, hidden, width),
  ];
  return buildGguf(
    {
      'general.architecture': 'gpt2',
      'general.name': 'nonsense',
      'gpt2.context_length': SIZE.context,
      'gpt2.embedding_length': width,
      'gpt2.feed_forward_length': hidden,
      'gpt2.block_count': SIZE.layers,
      'gpt2.attention.head_count': heads,
      'gpt2.attention.layer_norm_epsilon': { float: 1e-5 },
      ...metadata,
    },
    [
      matrix('token_embd', width, vocabulary),
      matrix('position_embd', width, SIZE.context),
      ...norm('output_norm'),
      ...Array.from({ length: SIZE.layers }, (_, i) => layer(`blk.${i}`)).flat(),
    ],
  );
}

/** ggml's numbers of two types whose blocks have one size. */
const [Q4_0, IQ4_NL] = [2, 20];

function iq4(): Uint8Array {
  const { metadata, vocabulary } = tokenizerMetadata(true);
  const parts = decoderParts({
    architecture: 'llama',
    type: 'Q4_0',
    context: SIZE.context,
    size: { ...SMALL, vocabulary },
    metadata: { 'general.name': 'nonsense', ...metadata } satisfies Record<string, Value>,
  });
  const { entries, data } = layOut(parts.tensors);
  return assemble({
    members: Object.entries(parts.metadata).map(([key, value]) => memberBytes(key, value)),
    entries: entries.map((entry) => entryBytes(entry.type === Q4_0 ? { ...entry, type: IQ4_NL } : entry)),
    data,
  });
}
