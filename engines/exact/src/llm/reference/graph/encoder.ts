import { exactError } from '../../../errors.ts';
import { checkTokens } from '../../graph/check-tokens.ts';
import {
  type EncoderDescription,
  type EncoderLayer,
  type Norm,
  takeEncoder,
} from '../../graph/encoder-tensors.ts';
import type { ModelFile } from '../../model-file.ts';
import { attend } from '../attention.ts';
import { div } from '../math/f32.ts';
import { geluErf } from '../math/functions.ts';
import { throughHalf } from '../math/half.ts';
import { layerNorm, unitLength } from '../norm.ts';
import { type Matrix, rowValues } from '../weights/matrix.ts';
import { joinHeads, plus, splitHeads } from './heads.ts';
import { apply, unpackTensors } from './unpack-tensors.ts';

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

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`, `MODEL_TENSOR`, `MODEL_WEIGHTS` */
export function createEncoder(model: ModelFile): Encoder {
  const taken = takeEncoder(model, unpackTensors(model));
  const { description: d, vocabulary, embedding, kinds, places, embeddingNorm, layers } = taken;
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

const normed = (values: Float32Array, { weight, bias }: Norm<Float32Array>, epsilon: number): Float32Array =>
  layerNorm(values, weight, bias, epsilon);

/** One layer (section 10.3): every position sees every other. */
function runLayer(
  d: EncoderDescription,
  layer: EncoderLayer<Matrix, Float32Array>,
  states: readonly Float32Array[],
): Float32Array[] {
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
