import { exactError } from '../../../errors.ts';
import type { Metadata } from '../../gguf/read-metadata.ts';
import type { ModelFile } from '../../model-file.ts';
import { attend } from '../attention.ts';
import { div } from '../math/f32.ts';
import { geluErf } from '../math/functions.ts';
import { throughHalf } from '../math/half.ts';
import { layerNorm, unitLength } from '../norm.ts';
import { rowValues } from '../weights/matrix.ts';
import { checkTokens } from './check-tokens.ts';
import { joinHeads, plus, splitHeads } from './heads.ts';
import { createHyperParameters } from './hyper-parameters.ts';
import { apply, createTensors, type Linear, type Tensors } from './tensors.ts';

const POOLING = { 1: 'mean', 2: 'first' } as const;

interface EncoderDescription {
  readonly layers: number;
  readonly width: number;
  readonly hidden: number;
  readonly context: number;
  readonly heads: number;
  readonly epsilon: number;
  readonly pooling: 'mean' | 'first';
}

interface Norm {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

interface Layer {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;
  readonly outputNorm: Norm;
  readonly up: Linear;
  readonly down: Linear;
  readonly layerNorm: Norm;
}

/** A bert encoder. */
export interface Encoder {
  readonly description: EncoderDescription;
  readonly vocabulary: number;
  /**
   * The embedding of a text: of length one.
   *
   * @param tokens at least one, at most the context
   * @throws CodedError `PROMPT_EMPTY`, `TOKEN_UNKNOWN`, `CONTEXT_FULL`, `RUN_NOT_FINITE`
   */
  embed(tokens: readonly number[]): Float32Array;
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

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`, `MODEL_TENSOR`, `MODEL_WEIGHTS` */
export function createEncoder(model: ModelFile): Encoder {
  const d = describeEncoder(model.metadata);
  const tensors = createTensors(model);
  const vocabulary = tensors.rows('token_embd.weight');
  const embedding = tensors.matrix('token_embd.weight', d.width, vocabulary);
  const kinds = tensors.matrix('token_types.weight', d.width, tensors.rows('token_types.weight'));
  const places = tensors.matrix('position_embd.weight', d.width, d.context);
  const embeddingNorm = takeNorm(tensors, 'token_embd_norm', d.width);
  const layers = Array.from({ length: d.layers }, (_, i) => takeLayer(tensors, d, `blk.${i}`));
  tensors.end();
  return {
    description: d,
    vocabulary,
    embed(tokens) {
      checkTokens(tokens, vocabulary, d.context);
      let states = tokens.map((token, position) => {
        const value = plus(rowValues(embedding, token), rowValues(kinds, 0));
        return normed(plus(value, rowValues(places, position)), embeddingNorm, d.epsilon);
      });
      for (const layer of layers) states = runLayer(d, layer, states);
      const pooled = unitLength(pool(d, states));
      if (pooled.every(Number.isFinite)) return pooled;
      throw exactError('RUN_NOT_FINITE', 'the embedding has an infinite or NaN value: the model overflows');
    },
  };
}

const takeNorm = (tensors: Tensors, name: string, width: number): Norm => ({
  weight: tensors.vector(`${name}.weight`, width),
  bias: tensors.vector(`${name}.bias`, width),
});

const normed = (values: Float32Array, { weight, bias }: Norm, epsilon: number): Float32Array =>
  layerNorm(values, weight, bias, epsilon);

const takeLayer = (tensors: Tensors, d: EncoderDescription, at: string): Layer => ({
  query: tensors.linear(`${at}.attn_q`, d.width, d.width),
  key: tensors.linear(`${at}.attn_k`, d.width, d.width),
  value: tensors.linear(`${at}.attn_v`, d.width, d.width),
  output: tensors.linear(`${at}.attn_output`, d.width, d.width),
  outputNorm: takeNorm(tensors, `${at}.attn_output_norm`, d.width),
  up: tensors.linear(`${at}.ffn_up`, d.width, d.hidden),
  down: tensors.linear(`${at}.ffn_down`, d.hidden, d.width),
  layerNorm: takeNorm(tensors, `${at}.layer_output_norm`, d.width),
});

/** One layer (section 10.3): every position sees every other. */
function runLayer(d: EncoderDescription, layer: Layer, states: readonly Float32Array[]): Float32Array[] {
  const headWidth = d.width / d.heads;
  const keys = states.map((state) => apply(layer.key, state).map(throughHalf));
  const values = states.map((state) => apply(layer.value, state).map(throughHalf));
  return states.map((state) => {
    const heads = splitHeads(apply(layer.query, state), headWidth).map((query, h) => {
      const part = (of: readonly Float32Array[]) => (t: number) =>
        (of[t] as Float32Array).subarray(h * headWidth, (h + 1) * headWidth);
      return attend({ query, key: part(keys), value: part(values), first: 0, last: states.length - 1 });
    });
    const attended = apply(layer.output, joinHeads(heads));
    const middle = normed(plus(attended, state), layer.outputNorm, d.epsilon);
    const hidden = apply(layer.up, middle).map(geluErf);
    return normed(plus(apply(layer.down, hidden), middle), layer.layerNorm, d.epsilon);
  });
}

function pool(d: EncoderDescription, states: readonly Float32Array[]): Float32Array {
  const first = states[0] as Float32Array;
  if (d.pooling === 'first') return first;
  const total = states.reduce(plus, new Float32Array(d.width));
  return total.map((value) => div(value, states.length));
}
