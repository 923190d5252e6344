import { exactError } from '../../errors.ts';
import type { Metadata } from '../gguf/read-metadata.ts';
import type { ModelFile } from '../model-file.ts';
import { createHyperParameters } from './hyper-parameters.ts';
import { createTensors, type Linear, type TensorMaker, type Tensors } from './tensors.ts';

const POOLING = { 1: 'mean', 2: 'first' } as const;

/** The hyper-parameters of a bert encoder (section 10.3). */
export interface EncoderDescription {
  readonly layers: number;
  readonly width: number;
  readonly hidden: number;
  readonly context: number;
  readonly heads: number;
  readonly epsilon: number;
  readonly pooling: 'mean' | 'first';
}

export interface Norm<Vector> {
  readonly weight: Vector;
  readonly bias: Vector;
}

/** The weights of one layer. */
export interface EncoderLayer<Matrix, Vector> {
  readonly query: Linear<Matrix, Vector>;
  readonly key: Linear<Matrix, Vector>;
  readonly value: Linear<Matrix, Vector>;
  readonly output: Linear<Matrix, Vector>;
  readonly outputNorm: Norm<Vector>;
  readonly up: Linear<Matrix, Vector>;
  readonly down: Linear<Matrix, Vector>;
  readonly layerNorm: Norm<Vector>;
}

/** A bert encoder: what section 10.3 asks of a file, as an engine holds it. */
export interface EncoderTensors<Matrix, Vector> {
  readonly description: EncoderDescription;
  readonly vocabulary: number;
  readonly embedding: Matrix;
  readonly kinds: Matrix;
  readonly places: Matrix;
  readonly embeddingNorm: Norm<Vector>;
  readonly layers: readonly EncoderLayer<Matrix, Vector>[];
}

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA` */
function describeEncoder(metadata: Metadata): EncoderDescription {
  const read = createHyperParameters(metadata);
  const refused = (what: string) =>
    exactError('MODEL_ARCHITECTURE', `the model ${what}, which this profile does not describe`);
  if (read.architecture !== 'bert') throw refused(`is of architecture ${JSON.stringify(read.architecture)}`);
  const pooling = POOLING[read.count('pooling_type', { least: 0 }) as keyof typeof POOLING];
  if (!pooling) throw refused('pools neither by mean (1) nor by its first token (2)');
  if (read.flag('attention.causal', false)) throw refused('is a causal bert');
  const description = {
    layers: read.count('block_count'),
    width: read.count('embedding_length'),
    hidden: read.count('feed_forward_length'),
    context: read.count('context_length'),
    heads: read.count('attention.head_count'),
    epsilon: Math.fround(read.float('attention.layer_norm_epsilon', { otherwise: 1e-12 })),
    pooling,
  };
  read.ignore('vocab_size');
  read.end();
  if (description.width % description.heads === 0) return description;
  throw exactError('MODEL_METADATA', "the model's heads do not divide its width; convert it again");
}

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`, `MODEL_TENSOR`, or as the maker */
export function takeEncoder<Matrix, Vector>(
  model: Pick<ModelFile, 'metadata' | 'tensors'>,
  make: TensorMaker<Matrix, Vector>,
): EncoderTensors<Matrix, Vector> {
  const d = describeEncoder(model.metadata);
  const tensors = createTensors(model, make);
  const vocabulary = tensors.rows('token_embd.weight');
  const found = {
    description: d,
    vocabulary,
    embedding: tensors.matrix('token_embd.weight', d.width, vocabulary),
    kinds: tensors.matrix('token_types.weight', d.width, tensors.rows('token_types.weight')),
    places: tensors.matrix('position_embd.weight', d.width, d.context),
    embeddingNorm: takeNorm(tensors, 'token_embd_norm', d.width),
    layers: Array.from({ length: d.layers }, (_, i) => takeLayer(tensors, d, `blk.${i}`)),
  };
  tensors.end();
  return found;
}

const takeNorm = <Matrix, Vector>(
  tensors: Tensors<Matrix, Vector>,
  name: string,
  width: number,
): Norm<Vector> => ({
  weight: tensors.vector(`${name}.weight`, width),
  bias: tensors.vector(`${name}.bias`, width),
});

const takeLayer = <Matrix, Vector>(
  tensors: Tensors<Matrix, Vector>,
  d: EncoderDescription,
  at: string,
): EncoderLayer<Matrix, Vector> => ({
  query: tensors.linear(`${at}.attn_q`, d.width, d.width),
  key: tensors.linear(`${at}.attn_k`, d.width, d.width),
  value: tensors.linear(`${at}.attn_v`, d.width, d.width),
  output: tensors.linear(`${at}.attn_output`, d.width, d.width),
  outputNorm: takeNorm(tensors, `${at}.attn_output_norm`, d.width),
  up: tensors.linear(`${at}.ffn_up`, d.width, d.hidden),
  down: tensors.linear(`${at}.ffn_down`, d.hidden, d.width),
  layerNorm: takeNorm(tensors, `${at}.layer_output_norm`, d.width),
});
