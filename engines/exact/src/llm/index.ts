export { createAnswer, goesOn } from './answer/answer.ts';
export { checkRequest } from './answer/check-request.ts';
export { createLanguageRuntime, type LanguageRuntimeOptions } from './create-language-runtime.ts';
export { createTokenEncoder } from './engine/create-token-encoder.ts';
export { createTokenEngine } from './engine/create-token-engine.ts';
export { type StreamedModel, streamed } from './engine/load/streamed-model.ts';
export type { KernelsSource } from './engine/memory/open-memory.ts';
export type { EngineOptions } from './engine/open-engine.ts';
export { serveThread, type ThreadStart } from './engine/threads/serve-thread.ts';
export type { StartThread, Thread } from './engine/threads/start-thread.ts';
export { openGguf, type RangeSource, rangesOf } from './gguf/open-gguf.ts';
export { type Gguf, readGguf } from './gguf/read-gguf.ts';
export type { Metadata, MetadataValue } from './gguf/read-metadata.ts';
export { selfTest, type TestedEngines } from './known-answer/self-test.ts';
export type { LanguageLaw, OpenedLanguage, OpenOptions } from './language-law.ts';
export { CACHED_POSITIONS, takesLlama } from './memory.ts';
export type { ModelFile, ModelTensor } from './model-file.ts';
export { type Outline, openOutline } from './open-outline.ts';
export { drawReference } from './reference/draw.ts';
export { log64 } from './reference/math/double.ts';
export type { SamplingParameters } from './reference/sampler/parameters.ts';
export * from './safetensors/index.ts';
export { createSequences } from './stepped/sequences.ts';
export { createSteppedEngine } from './stepped/stepped-engine.ts';
export * from './token-engine.ts';
export { createTokenizer, readGgufTokenizer, type Tokenizer } from './tokenizer/index.ts';
export { createWllamaEngine } from './wllama/create-wllama-engine.ts';
export {
  loadInto,
  type OpenWllama,
  type Wllama,
  type WllamaFile,
  type WllamaOptions,
} from './wllama/wllama.ts';
export { wllamaLaw } from './wllama/wllama-law.ts';
