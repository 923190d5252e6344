import type { Runtime } from '../runtime.ts';
import { createLanguageRuntime } from './create-language-runtime.ts';
import type { EngineSettings } from './engine.ts';
import { exactLaw } from './exact-law.ts';
import { inspectLanguageModel, type LanguageModelInfo } from './inspect-language-model.ts';
import type { ModelFiles } from './model-files.ts';

export interface LlmExactOptions extends EngineSettings {
  /** Bytes that models may take together; a model that needs more is not loaded. Absent: no limit. */
  readonly memoryBytes?: number;
}

/** Runs language models, and says what their files hold. */
export interface LanguageRuntime extends Runtime {
  /** @throws CodedError as `inspectLanguageModel` */
  inspect(files: ModelFiles): Promise<LanguageModelInfo>;
}

/**
 * Profile `llm-exact-1` in this process or tab (specs/profile-llm-exact-1.md). For strangers' models use
 * `@isobit/exact/process`, or a worker in a browser.
 */
export function createLlmExact({ memoryBytes, ...settings }: LlmExactOptions): LanguageRuntime {
  const law = exactLaw(settings);
  return {
    ...createLanguageRuntime({ law, ...(memoryBytes === undefined ? {} : { memoryBytes }) }),
    inspect: (files) => inspectLanguageModel(law, files),
  };
}
