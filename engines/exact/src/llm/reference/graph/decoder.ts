import { exactError } from '../../../errors.ts';
import type { ModelFile } from '../../model-file.ts';
import { softCap } from '../math/functions.ts';
import { rmsNorm } from '../norm.ts';
import { ropeFrequencies } from '../rope.ts';
import { rowValues } from '../weights/matrix.ts';
import { checkTokens } from './check-tokens.ts';
import { type DecoderDescription, describeDecoder } from './decoder-description.ts';
import { runLayer, takeLayer } from './decoder-layer.ts';
import { apply, createTensors, type Linear } from './tensors.ts';

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

/** So that the sampler's sums of weights below 2^32 are exact as binary64. */
const MOST_TOKENS = 2 ** 20;

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA`, `MODEL_TENSOR`, `MODEL_TOO_LARGE`, `MODEL_WEIGHTS` */
export function createDecoder(model: ModelFile): Decoder {
  const d = describeDecoder(model);
  const tensors = createTensors(model);
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
  const output: Linear = tensors.has('output.weight')
    ? tensors.linear('output', d.width, vocabulary)
    : { matrix: embedding };
  const divisors = tensors.optionalVector('rope_freqs.weight', d.ropeDimensions / 2);
  if (divisors?.some((divisor) => divisor < 1)) {
    throw exactError(
      'MODEL_WEIGHTS',
      'rope_freqs.weight holds a divisor below 1, so that angles would leave the table; convert the model again',
    );
  }
  tensors.end();
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
