/*
 * What other packages' tests and benchmarks take from here, as `@isobit/exact/testing`: the suite that every
 * adapter of the port runs, and models to run it on.
 */

export * from './build-model.ts';
export { serveModules } from './llm/engine/browser/module-server.ts';
export { type LanguageSuiteOptions, languageRuntimeSuite } from './llm/language-runtime-suite.ts';
export { type MakeModelOptions, makeModel, shapes } from './llm/make-model.ts';
export { type OtherModel, otherModels } from './llm/other-models.ts';
export { requantise } from './llm/requantise.ts';
export { textFiles } from './llm/safetensors/text-files.ts';
export { partsSource, splitGguf } from './llm/split-gguf.ts';
export * from './llm/text-model.ts';
export { tokenEncoderSuite, tokenEngineSuite } from './llm/token-engine-suite.ts';
export * from './models.ts';
export { runtimeSuite } from './runtime-suite.ts';
export { hostileSource, sourceOf } from './source.ts';
