import { exactError } from '../../errors.ts';
import type { ModelFile } from '../model-file.ts';
import type { RopeOrder } from '../reference/rope.ts';
import { createHyperParameters, type HyperParameters } from './hyper-parameters.ts';

/** What distinguishes the decoders of the llama family from each other (section 10.2). */
export interface DecoderFamily {
  readonly order: RopeOrder;
  /** Whether query, key and value must have biases. */
  readonly biases: 'optional' | 'required';
  /** RMSNorm of each head's query and key, before RoPE. */
  readonly headNorms: boolean;
}

/** By `general.architecture`. Mistral and SmolLM are published as `llama`. */
export const decoderFamilies: Readonly<Record<string, DecoderFamily>> = {
  llama: { order: 'adjacent', biases: 'optional', headNorms: false },
  qwen2: { order: 'halves', biases: 'required', headNorms: false },
  qwen3: { order: 'halves', biases: 'optional', headNorms: true },
};

/** The hyper-parameters of a decoder. */
export interface DecoderDescription extends DecoderFamily {
  readonly layers: number;
  readonly width: number;
  readonly hidden: number;
  readonly context: number;
  readonly heads: number;
  /** Heads of keys and values. */
  readonly groups: number;
  /** Values of one head. */
  readonly headWidth: number;
  readonly epsilon: number;
  readonly ropeDimensions: number;
  readonly ropeBase: number;
  readonly ropeFactor: number;
  /** Positions that one sees, itself included; absent: all before it. */
  readonly window?: number;
  readonly scoreCap?: number;
  readonly logitCap?: number;
  /** Of the vocabulary, where the file states it. */
  readonly vocabulary: number;
}

/** Positions beyond this have no table: the reduction of the angle is exact up to here. */
export const MOST_POSITIONS = 2 ** 19;

const inconsistent = (what: string) =>
  exactError('MODEL_METADATA', `the model's hyper-parameters do not fit: ${what}; convert the model again`);

/** @throws CodedError `MODEL_ARCHITECTURE`, `MODEL_METADATA` */
export function describeDecoder({
  metadata,
  order,
}: Pick<ModelFile, 'metadata' | 'order'>): DecoderDescription {
  const read = createHyperParameters(metadata);
  const family = Object.hasOwn(decoderFamilies, read.architecture)
    ? decoderFamilies[read.architecture]
    : undefined;
  if (!family) {
    throw exactError(
      'MODEL_ARCHITECTURE',
      `the profile describes no architecture ${JSON.stringify(read.architecture)}: use profile llama-wasm-1 or fast`,
    );
  }
  const width = read.count('embedding_length');
  const heads = read.count('attention.head_count');
  const headWidth = read.count('attention.key_length', { otherwise: width / heads });
  const window = read.count('attention.sliding_window', { least: 0, otherwise: 0 });
  const scoreCap = read.optionalFloat('attn_logit_softcapping');
  const logitCap = read.optionalFloat('final_logit_softcapping');
  const description: DecoderDescription = {
    ...family,
    ...(order ? { order } : {}),
    layers: read.count('block_count'),
    width,
    hidden: read.count('feed_forward_length'),
    context: read.count('context_length'),
    heads,
    groups: read.count('attention.head_count_kv', { otherwise: heads }),
    headWidth,
    epsilon: Math.fround(read.float('attention.layer_norm_rms_epsilon')),
    ropeDimensions: read.count('rope.dimension_count', { otherwise: headWidth }),
    ropeBase: Math.fround(read.float('rope.freq_base', { otherwise: 10_000 })),
    ropeFactor: ropeFactor(read),
    vocabulary: read.count('vocab_size', { otherwise: 0 }),
    ...(window ? { window } : {}),
    ...(scoreCap === undefined ? {} : { scoreCap: Math.fround(scoreCap) }),
    ...(logitCap === undefined ? {} : { logitCap: Math.fround(logitCap) }),
  };
  if (read.count('attention.value_length', { otherwise: headWidth }) !== headWidth)
    throw inconsistent('keys and values of a head differ in length');
  if (read.count('expert_count', { least: 0, otherwise: 0 }) > 0)
    throw exactError('MODEL_ARCHITECTURE', 'the model has experts, which this profile does not describe');
  read.ignore('expert_used_count', 'tensor_data_layout', 'rope.scaling.original_context_length');
  read.end();
  return checked(description);
}

/** @throws CodedError `MODEL_ARCHITECTURE` scaling that depends on more than a factor */
function ropeFactor(read: HyperParameters): number {
  const type = read.text('rope.scaling.type', 'linear');
  const factor = Math.fround(read.float('rope.scaling.factor', { otherwise: 1 }));
  if (type === 'none') return 1;
  if (type === 'linear') return factor;
  throw exactError(
    'MODEL_ARCHITECTURE',
    `the model scales RoPE by ${JSON.stringify(type)}; this profile has "none", "linear" and rope_freqs`,
  );
}

function checked(d: DecoderDescription): DecoderDescription {
  if (!Number.isInteger(d.headWidth) || d.headWidth % 2) throw inconsistent('the width of a head is odd');
  if (d.heads % d.groups) throw inconsistent('the heads do not divide into the groups of keys');
  if (d.ropeDimensions % 2 || d.ropeDimensions > d.headWidth)
    throw inconsistent('the values that RoPE turns are odd in number, or more than a head has');
  if (d.ropeBase < 1 || d.ropeFactor < 1) throw inconsistent('base or factor of RoPE is below 1');
  if (d.context > MOST_POSITIONS) throw inconsistent(`the context is longer than ${MOST_POSITIONS}`);
  return d;
}
