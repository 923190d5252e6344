import { isLanguageFormat, type Manifest, modelSize } from '@isobit/model';
import { exactError } from '../errors.ts';
import type { LanguageFacts } from './facts.ts';
import type { ModelFile } from './model-file.ts';

/** Tokenizer, logits and what a pass computes with, beside weights and cache. */
const BASE_BYTES = 16 * 1024 * 1024;
/** What weights take beside their bytes in the file: repacked rows, their padding, the block being read. */
const WEIGHTS_FACTOR = 1.25;
/** Keys and values are halves. */
const CACHED_BYTES = 2;
/** Positions for which a cache must fit: one long answer. Longer contexts need more when they are used. */
const CACHED_POSITIONS = 4_096;

/** Bytes that a model takes when it is loaded and answers one long request. */
export function memoryNeeded(file: Pick<ModelFile, 'tensors'>, facts: LanguageFacts): number {
  let weights = 0;
  for (const { bytes } of file.tensors.values()) weights += bytes;
  const positions = Math.min(facts.context, CACHED_POSITIONS);
  return Math.ceil(weights * WEIGHTS_FACTOR) + positions * facts.cachedValues * CACHED_BYTES + BASE_BYTES;
}

/**
 * Whether a manifest is one of a language model that this memory could hold.
 *
 * @param memoryBytes for models
 */
export const takesLanguage = (manifest: Manifest, memoryBytes: number): boolean =>
  isLanguageFormat(manifest.format) && modelSize(manifest) * WEIGHTS_FACTOR + BASE_BYTES <= memoryBytes;

/**
 * Says whether a model fits before anything is taken for it.
 *
 * @param available bytes
 * @throws CodedError `MODEL_MEMORY` with `needed` and `available`
 */
export function checkMemory(needed: number, available: number): void {
  if (needed <= available) return;
  throw exactError(
    'MODEL_MEMORY',
    `the model needs about ${mebibytes(needed)} MiB of memory and ${mebibytes(Math.max(0, available))} MiB are free for it: run it on a larger machine, allow more, or take a smaller quantisation`,
    { needed, available: Math.max(0, Math.floor(available)) },
  );
}

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
