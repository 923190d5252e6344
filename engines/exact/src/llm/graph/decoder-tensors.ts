import { exactError } from '../../errors.ts';
import type { ModelFile } from '../model-file.ts';
import { type DecoderDescription, describeDecoder } from './decoder-description.ts';
import { createTensors, type Linear, type TensorMaker, type Tensors } from './tensors.ts';

/** The weights of one layer. */
export interface DecoderLayer<Matrix, Vector> {
  readonly attentionNorm: Vector;
  readonly query: Linear<Matrix, Vector>;
  readonly key: Linear<Matrix, Vector>;
  readonly value: Linear<Matrix, Vector>;
  readonly queryNorm?: Vector;
  readonly keyNorm?: Vector;
  readonly output: Linear<Matrix, Vector>;
  readonly hiddenNorm: Vector;
  readonly gate: Linear<Matrix, Vector>;
  readonly up: Linear<Matrix, Vector>;
  readonly down: Linear<Matrix, Vector>;
}

/** A decoder of the llama family: what section 10.2 asks of a file, as an engine holds it. */
export interface DecoderTensors<Matrix, Vector> {
  readonly description: DecoderDescription;
  /** Rows of the embedding: token ids are below it. */
  readonly vocabulary: number;
  readonly embedding: Matrix;
  readonly layers: readonly DecoderLayer<Matrix, Vector>[];
  readonly outputNorm: Vector;
  /** The embedding where the file has no other. */
  readonly output: Linear<Matrix, Vector>;
  /** Of RoPE's frequencies; the engine checks them: `checkDivisors`. */
  readonly divisors?: Vector;
}

/** So that the sampler's sums of weights below 2^32 are exact as binary64. */
const MOST_TOKENS = 2 ** 20;

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`, `MODEL_TENSOR`, `MODEL_TOO_LARGE`, or as the maker */
export function takeDecoder<Matrix, Vector>(
  model: Pick<ModelFile, 'metadata' | 'order' | 'tensors'>,
  make: TensorMaker<Matrix, Vector>,
): DecoderTensors<Matrix, Vector> {
  const d = describeDecoder(model);
  const tensors = createTensors(model, make);
  const vocabulary = tensors.rows('token_embd.weight');
  if (d.vocabulary && d.vocabulary !== vocabulary) {
    throw exactError(
      'MODEL_METADATA',
      `the model states a vocabulary of ${d.vocabulary} and embeds ${vocabulary} tokens; convert it again`,
    );
  }
  if (vocabulary > MOST_TOKENS) {
    throw exactError('MODEL_TOO_LARGE', `the model embeds ${vocabulary} tokens, more than ${MOST_TOKENS}`);
  }
  const embedding = tensors.matrix('token_embd.weight', d.width, vocabulary);
  const layers = Array.from({ length: d.layers }, (_, i) => takeLayer(tensors, d, `blk.${i}`));
  const outputNorm = tensors.vector('output_norm.weight', d.width);
  const output = tensors.has('output.weight')
    ? tensors.linear('output', d.width, vocabulary)
    : { matrix: embedding };
  const divisors = tensors.optionalVector('rope_freqs.weight', d.ropeDimensions / 2);
  tensors.end();
  return {
    description: d,
    vocabulary,
    embedding,
    layers,
    outputNorm,
    output,
    ...(divisors === undefined ? {} : { divisors }),
  };
}

function takeLayer<Matrix, Vector>(
  tensors: Tensors<Matrix, Vector>,
  d: DecoderDescription,
  at: string,
): DecoderLayer<Matrix, Vector> {
  const inner = d.heads * d.headWidth;
  const grouped = d.groups * d.headWidth;
  return {
    attentionNorm: tensors.vector(`${at}.attn_norm.weight`, d.width),
    query: tensors.linear(`${at}.attn_q`, d.width, inner, d.biases),
    key: tensors.linear(`${at}.attn_k`, d.width, grouped, d.biases),
    value: tensors.linear(`${at}.attn_v`, d.width, grouped, d.biases),
    ...(d.headNorms
      ? {
          queryNorm: tensors.vector(`${at}.attn_q_norm.weight`, d.headWidth),
          keyNorm: tensors.vector(`${at}.attn_k_norm.weight`, d.headWidth),
        }
      : {}),
    output: tensors.linear(`${at}.attn_output`, inner, d.width),
    hiddenNorm: tensors.vector(`${at}.ffn_norm.weight`, d.width),
    gate: tensors.linear(`${at}.ffn_gate`, d.width, d.hidden),
    up: tensors.linear(`${at}.ffn_up`, d.width, d.hidden),
    down: tensors.linear(`${at}.ffn_down`, d.hidden, d.width),
  };
}

/** @throws CodedError `MODEL_WEIGHTS` */
export function checkDivisors(divisors: Float32Array | undefined): void {
  if (!divisors?.some((divisor) => divisor < 1)) return;
  throw exactError(
    'MODEL_WEIGHTS',
    'rope_freqs.weight holds a divisor below 1, so that angles would leave the table; convert the model again',
  );
}
