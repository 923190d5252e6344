import { checkTokens } from '../../graph/check-tokens.ts';
import type { DecoderDescription } from '../../graph/decoder-description.ts';
import { checkDivisors, takeDecoder } from '../../graph/decoder-tensors.ts';
import type { ModelFile } from '../../model-file.ts';
import { softCap } from '../math/functions.ts';
import { rmsNorm } from '../norm.ts';
import { ropeFrequencies } from '../rope.ts';
import { rowValues } from '../weights/matrix.ts';
import { runLayer } from './decoder-layer.ts';
import { apply, unpackTensors } from './unpack-tensors.ts';

/** A sequence's keys and values: one array a layer and position, as the cache rounds them. */
export interface Sequence {
  length: number;
  readonly keys: Float32Array[][];
  readonly values: Float32Array[][];
}

/** A decoder of the llama family. */
export interface Decoder {
  readonly description: DecoderDescription;
  /** Rows of the embedding: token ids are below it. */
  readonly vocabulary: number;
  createSequence(): Sequence;
  /**
   * Appends tokens to a sequence.
   *
   * @returns the logits after each of them
   * @throws CodedError `PROMPT_EMPTY`, `TOKEN_UNKNOWN`, `CONTEXT_FULL`
   */
  forward(sequence: Sequence, tokens: readonly number[]): Float32Array[];
}

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`, `MODEL_TENSOR`, `MODEL_TOO_LARGE`, `MODEL_WEIGHTS` */
export function createDecoder(model: ModelFile): Decoder {
  const taken = takeDecoder(model, unpackTensors(model));
  const { description: d, vocabulary, embedding, layers, outputNorm, output, divisors } = taken;
  checkDivisors(divisors);
  const frequencies = ropeFrequencies({
    dimensions: d.ropeDimensions,
    base: d.ropeBase,
    factor: d.ropeFactor,
    ...(divisors ? { divisors } : {}),
  });

  function logits(values: Float32Array): Float32Array {
    const found = apply(output, rmsNorm(values, outputNorm, d.epsilon));
    const cap = d.logitCap;
    return cap === undefined ? found : found.map((value) => softCap(value, cap));
  }

  return {
    description: d,
    vocabulary,
    createSequence: () => ({
      length: 0,
      keys: layers.map(() => []),
      values: layers.map(() => []),
    }),
    forward(sequence, tokens) {
      checkTokens(tokens, vocabulary, d.context - sequence.length);
      let states = tokens.map((token) => rowValues(embedding, token));
      layers.forEach((layer, index) => {
        states = runLayer(d, layer, frequencies, states, {
          start: sequence.length,
          keys: sequence.keys[index] as Float32Array[],
          values: sequence.values[index] as Float32Array[],
        });
      });
      sequence.length += tokens.length;
      return states.map(logits);
    },
  };
}
