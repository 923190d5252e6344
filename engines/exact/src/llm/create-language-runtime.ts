import { exactError, throwIfAborted } from '../errors.ts';
import { type LoadedModel, type ModelSource, openModelFile, type Runtime } from '../runtime.ts';
import { createEmbeddingModel } from './embedding-model.ts';
import type { LanguageLaw, OpenedLanguage, OpenOptions } from './language-law.ts';
import { createLanguageModel, type LanguageModel } from './language-model.ts';
import { checkMemory, memoryNeeded } from './memory.ts';
import type { ModelFiles } from './model-files.ts';
import { checkParts, languageParts } from './parts.ts';

export interface LanguageRuntimeOptions {
  readonly law: LanguageLaw;
  /** Bytes that models may take together; a model that needs more is not loaded. Absent: no limit. */
  readonly memoryBytes?: number;
}

/** Runs language models in this process or tab, under whatever law. For strangers' models: `@isobit/exact/process`. */
export function createLanguageRuntime({
  law,
  memoryBytes = Number.POSITIVE_INFINITY,
}: LanguageRuntimeOptions): Runtime {
  const open = new Set<LoadedModel>();
  /** Bytes of models that are open or being loaded. */
  let used = 0;
  let isDisposed = false;

  async function load(source: ModelSource, signal?: AbortSignal): Promise<LoadedModel> {
    if (isDisposed) throw exactError('RUNTIME_DISPOSED', 'the runtime was disposed; create another');
    throwIfAborted(signal, 'loading the model');
    await using opened = await law.open(filesOf(source, signal), signal);
    const needed = memoryNeeded(opened, opened.facts, law.answers);
    const available = memoryBytes - used;
    checkMemory(needed, available);
    const parts = languageParts(opened);
    checkParts(source.manifest, parts);
    used += needed;
    try {
      const inner = await modelOf(opened, parts, law.profile.exact, {
        ...(Number.isFinite(available) ? { memoryBytes: available } : {}),
        ...(signal ? { signal } : {}),
      });
      const model: LoadedModel = {
        ...inner,
        async [Symbol.asyncDispose]() {
          if (open.delete(model)) used -= needed;
          await inner[Symbol.asyncDispose]();
        },
      };
      open.add(model);
      return model;
    } catch (error) {
      used -= needed;
      throw error;
    }
  }

  return {
    profile: law.profile,
    engine: law.engine,
    takes: (manifest) => law.takes(manifest, memoryBytes),
    load: (source, { signal } = {}) => load(source, signal),
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      for (const model of [...open]) await model[Symbol.asyncDispose]();
    },
  };
}

async function modelOf(
  opened: OpenedLanguage,
  parts: ReturnType<typeof languageParts>,
  exact: boolean,
  options: OpenOptions,
): Promise<LoadedModel> {
  const encoder = opened.facts.task === 'text-embedding' && (await opened.encoder?.(options));
  if (encoder) return createEmbeddingModel({ encoder, ...parts });
  const model = createLanguageModel({ engine: await opened.decoder(options), ...parts });
  return exact ? model : unchecked(model);
}

/** A model whose bits differ between machines: there is nothing to compare and nothing to trace. */
const unchecked = ({ check: _, ...model }: LanguageModel): LoadedModel => ({
  ...model,
  async execute(request, options = {}) {
    if (options.trace)
      throw exactError(
        'TRACE_UNAVAILABLE',
        'the profile fast has no traces: its bits differ between machines',
      );
    return model.execute(request, options);
  },
});

const filesOf = ({ manifest, ...source }: ModelSource, signal?: AbortSignal): ModelFiles => ({
  format: manifest.format,
  entry: manifest.entry,
  paths: new Set(manifest.files.map(({ path }) => path)),
  open: (path) => openModelFile({ manifest, ...source }, path, signal),
});
