import { toHex } from '@isobit/core';
import { llmExact } from '@isobit/receipt';
import { exactError, throwIfAborted } from '../errors.ts';
import { type LoadedModel, type ModelSource, openModelFile, type Runtime } from '../runtime.ts';
import { createEmbeddingModel } from './embedding-model.ts';
import { type EngineSettings, openDecoder, openEncoder } from './engine.ts';
import { factsOf, type LanguageFacts } from './facts.ts';
import { languageEngine } from './kernels-engine.ts';
import { createLanguageModel } from './language-model.ts';
import { checkMemory, memoryNeeded, takesLanguage } from './memory.ts';
import { type ModelFiles, openModelFiles } from './model-files.ts';
import { checkParts, languageParts } from './parts.ts';

export interface LlmExactOptions extends EngineSettings {
  /** Bytes that models may take together; a model that needs more is not loaded. Absent: no limit. */
  readonly memoryBytes?: number;
}

/** What is to be known of a language model before it is published or run. */
export interface LanguageModelInfo {
  readonly facts: LanguageFacts;
  /** Bytes that it takes when it is loaded and answers one long request. */
  readonly memory: number;
  /** Digests of tokenizer and chat template as the manifest states them; 64 hex characters. */
  readonly tokenizer?: string;
  readonly chatTemplate?: string;
}

/** Runs language models, and says what their files hold. */
export interface LanguageRuntime extends Runtime {
  /** @throws CodedError as `load` */
  inspect(files: ModelFiles): Promise<LanguageModelInfo>;
}

/**
 * Profile `llm-exact-1` in this process or tab (specs/profile-llm-exact-1.md). For strangers' models use
 * `@isobit/exact/process`, or a worker in a browser.
 */
export function createLlmExact({
  memoryBytes = Number.POSITIVE_INFINITY,
  ...settings
}: LlmExactOptions): LanguageRuntime {
  const open = new Map<LoadedModel, number>();
  let isDisposed = false;

  const used = (): number => [...open.values()].reduce((sum, bytes) => sum + bytes, 0);

  async function load(source: ModelSource, signal?: AbortSignal): Promise<LoadedModel> {
    if (isDisposed) throw exactError('RUNTIME_DISPOSED', 'the runtime was disposed; create another');
    throwIfAborted(signal, 'loading the model');
    await using file = await openModelFiles(filesOf(source, signal), signal);
    const facts = factsOf(file);
    const needed = memoryNeeded(file, facts);
    const available = memoryBytes - used();
    checkMemory(needed, available);
    const parts = languageParts(file);
    checkParts(source.manifest, parts);
    const options = {
      ...settings,
      ...(Number.isFinite(available) ? { memoryBytes: available } : {}),
      ...(signal ? { signal } : {}),
    };
    const inner =
      facts.task === 'text-embedding'
        ? createEmbeddingModel({ encoder: await openEncoder(file, options), ...parts })
        : createLanguageModel({ engine: await openDecoder(file, options), ...parts });
    const model: LoadedModel = {
      ...inner,
      async [Symbol.asyncDispose]() {
        open.delete(model);
        await inner[Symbol.asyncDispose]();
      },
    };
    open.set(model, needed);
    return model;
  }

  return {
    profile: llmExact,
    engine: languageEngine(),
    takes: (manifest) => takesLanguage(manifest, memoryBytes),
    load: (source, { signal } = {}) => load(source, signal),
    async inspect(files) {
      await using file = await openModelFiles(files);
      const facts = factsOf(file);
      const { tokenizerDigest, template } = languageParts(file);
      return {
        facts,
        memory: memoryNeeded(file, facts),
        ...(tokenizerDigest ? { tokenizer: tokenizerDigest } : {}),
        ...(template ? { chatTemplate: toHex(template.digest) } : {}),
      };
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      for (const model of [...open.keys()]) await model[Symbol.asyncDispose]();
    },
  };
}

const filesOf = ({ manifest, ...source }: ModelSource, signal?: AbortSignal): ModelFiles => ({
  format: manifest.format,
  entry: manifest.entry,
  paths: new Set(manifest.files.map(({ path }) => path)),
  open: (path) => openModelFile({ manifest, ...source }, path, signal),
});
