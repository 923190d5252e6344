import { hasWeights, isLanguageFormat, type Manifest, modelSize } from '@isobit/model';
import { llamaWasm, llmExact, statedProfiles } from '@isobit/receipt';
import { exactError } from '../errors.ts';
import type { LanguageFacts } from './facts.ts';

/** Tokenizer, logits and what a pass computes with, beside weights and cache. */
const BASE_BYTES = 16 * 1024 * 1024;
/** What weights take beside their bytes in the file: repacked rows, their padding, the block being read. */
const WEIGHTS_FACTOR = 1.25;
/** Keys and values are halves. */
const CACHED_BYTES = 2;
/** Positions for which a cache must fit: one long answer. Longer contexts need more when they are used. */
export const CACHED_POSITIONS = 4_096;

/**
 * Bytes that a model takes when it is loaded and answers long requests.
 *
 * @param answers how many at once have a cache from the beginning
 */
export function memoryNeeded(
  file: { readonly tensors: ReadonlyMap<string, { readonly bytes: number }> },
  facts: LanguageFacts,
  answers = 1,
): number {
  let weights = 0;
  for (const { bytes } of file.tensors.values()) weights += bytes;
  const positions = Math.min(facts.context, CACHED_POSITIONS) * answers;
  return Math.ceil(weights * WEIGHTS_FACTOR) + positions * facts.cachedValues * CACHED_BYTES + BASE_BYTES;
}

const fits = (manifest: Manifest, memoryBytes: number): boolean =>
  modelSize(manifest) * WEIGHTS_FACTOR + BASE_BYTES <= memoryBytes;

/**
 * Whether a manifest is one of a language model that llm-exact-1 describes and this memory could hold.
 *
 * @param memoryBytes for models
 */
export const takesLanguage = (manifest: Manifest, memoryBytes: number): boolean =>
  isLanguageFormat(manifest.format) &&
  hasWeights(manifest.format) &&
  (statedProfiles(manifest)?.includes(llmExact.name) ?? true) &&
  fits(manifest, memoryBytes);

/** Addresses of llama.cpp's WebAssembly have 32 bits, and a file is in memory in one piece. */
const MOST_WASM_BYTES = 2 ** 31 - 1;

/** As `takesLanguage`, for llama.cpp: native, or in WebAssembly as llama-wasm-1 says. */
export function takesLlama(
  manifest: Manifest,
  profile: 'fast' | 'llama-wasm-1',
  memoryBytes: number,
): boolean {
  const { format, task } = manifest;
  if (format !== 'gguf' || task !== 'text-generation' || !fits(manifest, memoryBytes)) return false;
  if (profile !== llamaWasm.name) return true;
  return modelSize(manifest) <= MOST_WASM_BYTES && (statedProfiles(manifest)?.includes(profile) ?? true);
}

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
