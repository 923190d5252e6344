import { isCoded, toHex } from '@isobit/core';
import { llamaWasm } from '@isobit/receipt';
import type { LanguageFacts } from './facts.ts';
import type { LanguageLaw } from './language-law.ts';
import { memoryNeeded } from './memory.ts';
import type { ModelFiles } from './model-files.ts';
import { openOutline } from './open-outline.ts';
import { languageParts } from './parts.ts';

/** What is to be known of a language model before it is published or run. */
export interface LanguageModelInfo {
  readonly facts: LanguageFacts;
  /** The exact profile that describes it: the first choice's, else that of llama.cpp. */
  readonly profile: string;
  /** Bytes that it takes when it is loaded and answers one long request. */
  readonly memory: number;
  /** Digests of tokenizer and chat template as the manifest states them; 64 hex characters. */
  readonly tokenizer?: string;
  readonly chatTemplate?: string;
}

/**
 * What a language model's files say of it.
 *
 * @param law the first choice. A GGUF file whose architecture or types it does not describe may still run on llama.cpp.
 * @throws CodedError `MODEL_*`; of tokenizer, template and files
 */
export async function inspectLanguageModel(law: LanguageLaw, files: ModelFiles): Promise<LanguageModelInfo> {
  const { opened, profile } = await openEither(law, files);
  await using file = opened;
  const { facts } = file;
  const { tokenizerDigest, template } = languageParts(file);
  return {
    facts,
    profile,
    memory: memoryNeeded(file, facts),
    ...(tokenizerDigest ? { tokenizer: tokenizerDigest } : {}),
    ...(template ? { chatTemplate: toHex(template.digest) } : {}),
  };
}

async function openEither(law: LanguageLaw, files: ModelFiles) {
  try {
    return { opened: await law.open(files), profile: law.profile.name };
  } catch (error) {
    if (files.format !== 'gguf' || !isUndescribed(error)) throw error;
    return { opened: await openOutline(files), profile: llamaWasm.name };
  }
}

/** Another architecture, or another type of weights: not what contradicts itself. */
const isUndescribed = (error: unknown): boolean =>
  isCoded(error, 'MODEL_ARCHITECTURE') || (isCoded(error, 'MODEL_TENSOR') && 'ggmlType' in error.details);
