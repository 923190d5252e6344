import { fileURLToPath } from 'node:url';
import { wllamaEngine } from '@isobit/exact';
import { takesLlama } from '@isobit/exact/llm';
import { entryPath, type LanguageProgram, packageOf } from '@isobit/exact/process';
import { llamaWasm } from '@isobit/receipt';

/**
 * llama.cpp in WebAssembly in an engine process, without native addons. Importing this module fails with
 * `ERR_MODULE_NOT_FOUND` where wllama is not installed (`npm run setup:native`).
 */
export const wllamaProgram: LanguageProgram = {
  profile: llamaWasm,
  entry: {
    path: entryPath('child', import.meta.url),
    engine: wllamaEngine,
    codeRoots: [import.meta.url, import.meta.resolve('@wllama/wllama/esm/index.js')].map((url) =>
      packageOf(fileURLToPath(url)),
    ),
    addons: false,
  },
  engines: [wllamaEngine],
  takes: (manifest, memoryBytes) => takesLlama(manifest, 'llama-wasm-1', memoryBytes),
};
