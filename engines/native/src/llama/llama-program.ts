import { fileURLToPath } from 'node:url';
import { takesLlama } from '@isobit/exact/llm';
import { entryPath, type LanguageProgram, packageOf } from '@isobit/exact/process';
import { fast } from '@isobit/receipt';
import { llamaEngine } from './llama-engine.ts';

/**
 * llama.cpp in an engine process, native. Importing this module fails with `ERR_MODULE_NOT_FOUND` where node-llama-cpp
 * is not installed (`npm run setup:native`); it is found, not loaded.
 */
export const llamaProgram: LanguageProgram = {
  profile: fast,
  entry: {
    path: entryPath('child', import.meta.url),
    engine: llamaEngine,
    codeRoots: [import.meta.url, import.meta.resolve('node-llama-cpp')].map((url) =>
      packageOf(fileURLToPath(url)),
    ),
    addons: true,
  },
  engines: [llamaEngine],
  takes: (manifest, memoryBytes) => takesLlama(manifest, 'fast', memoryBytes),
};
