import { llmExact } from '@isobit/receipt';
import { type EngineSettings, openDecoder, openEncoder } from './engine.ts';
import { factsOf, type LanguageFacts } from './facts.ts';
import { takeDecoder } from './graph/decoder-tensors.ts';
import { takeEncoder } from './graph/encoder-tensors.ts';
import type { TensorMaker } from './graph/tensors.ts';
import { languageEngine } from './kernels-engine.ts';
import type { LanguageLaw } from './language-law.ts';
import { takesLanguage } from './memory.ts';
import type { ModelTensor } from './model-file.ts';
import { type OpenedModel, openModelFiles } from './model-files.ts';

/** A file has the tensors that its graph takes, and no others: so whoever inspects it knows, before it is published. */
function checkGraph(file: OpenedModel, { task }: LanguageFacts): void {
  const make: TensorMaker<ModelTensor, ModelTensor> = {
    matrix: (tensor) => tensor,
    vector: (tensor) => tensor,
  };
  if (task === 'text-embedding') takeEncoder(file, make);
  else takeDecoder(file, make);
}

/** Profile llm-exact-1 on the kernels. */
export const exactLaw = (settings: EngineSettings): LanguageLaw => ({
  profile: llmExact,
  engine: languageEngine(),
  takes: takesLanguage,
  async open(files, signal) {
    const file = await openModelFiles(files, signal);
    try {
      const facts = factsOf(file);
      checkGraph(file, facts);
      return {
        ...file,
        facts,
        decoder: (options) => openDecoder(file, { ...settings, ...options }),
        encoder: (options) => openEncoder(file, { ...settings, ...options }),
      };
    } catch (error) {
      await file[Symbol.asyncDispose]();
      throw error;
    }
  },
});
