import { exactError } from '../../errors.ts';
import { type LanguageFacts, namesOf, weightsOf } from '../facts.ts';
import { createHyperParameters } from '../graph/hyper-parameters.ts';
import type { GgufModel } from './open-gguf-files.ts';
import type { Metadata } from './read-metadata.ts';

/**
 * What a GGUF file of any architecture says of its model, by the names that all architectures share.
 *
 * @throws CodedError `MODEL_METADATA`; `MODEL_ARCHITECTURE` for models that do not continue a text
 */
export function anyFactsOf(file: Pick<GgufModel<string>, 'metadata' | 'tensors'>): LanguageFacts {
  const { metadata } = file;
  const read = createHyperParameters(metadata);
  const { architecture } = read;
  checkDecoder(architecture, metadata);
  const layers = read.count('block_count');
  const width = read.count('embedding_length');
  const heads = most(metadata, `${architecture}.attention.head_count`, 0);
  const groups = most(metadata, `${architecture}.attention.head_count_kv`, heads);
  const key = most(
    metadata,
    `${architecture}.attention.key_length`,
    heads > 0 ? Math.ceil(width / heads) : 0,
  );
  const value = most(metadata, `${architecture}.attention.value_length`, key);
  return {
    architecture,
    task: 'text-generation',
    ...weightsOf(file),
    context: read.count('context_length'),
    layers,
    width,
    vocabulary: tokensOf(metadata),
    cachedValues: cachedValues(layers, groups * (key + value)),
    ...namesOf(metadata),
  };
}

function checkDecoder(architecture: string, metadata: Metadata): void {
  const causal = metadata.get(`${architecture}.attention.causal`);
  const pooling = metadata.get(`${architecture}.pooling_type`);
  const continues =
    (causal?.type !== 'bool' || causal.value) &&
    (pooling?.type !== 'integer' || pooling.value === 0n) &&
    !metadata.has(`${architecture}.decoder_start_token_id`);
  if (continues) return;
  throw exactError(
    'MODEL_ARCHITECTURE',
    `models of architecture ${JSON.stringify(architecture)} do not continue a text, or have an encoder: no profile runs this one`,
  );
}

/** Heads, or values of a head: a thousand times what models have, so that sizes stay exact. */
const MOST_COUNT = 2 ** 20;
/** Values that a cache holds for a position: far beyond any model, and bytes of long contexts stay exact. */
const MOST_CACHED = 2 ** 36;

function cachedValues(layers: number, each: number): number {
  if (layers * each <= MOST_CACHED) return layers * each;
  throw exactError(
    'MODEL_METADATA',
    `the model states ${layers} layers that keep ${each} values each for a position; convert the model again`,
  );
}

/** A number that some architectures state for each layer: the greatest. */
function most(metadata: Metadata, key: string, otherwise: number): number {
  const found = metadata.get(key);
  if (!found) return otherwise;
  const values = found.type === 'array' ? found.values : [found.value];
  let greatest = 0;
  for (const value of values) {
    if (typeof value !== 'bigint' || value < 0n || value > BigInt(MOST_COUNT))
      throw exactError(
        'MODEL_METADATA',
        `the model's ${key} is no count up to ${MOST_COUNT}; convert the model again`,
        { key },
      );
    greatest = Math.max(greatest, Number(value));
  }
  return greatest;
}

function tokensOf(metadata: Metadata): number {
  const tokens = metadata.get('tokenizer.ggml.tokens');
  return tokens?.type === 'array' ? tokens.values.length : 0;
}
