export * from './errors.ts';
export { createLlmExact, type LanguageRuntime, type LlmExactOptions } from './llm/create-llm-exact.ts';
export type { EngineSettings } from './llm/engine.ts';
export type { LanguageFacts } from './llm/facts.ts';
export type { LanguageModelInfo } from './llm/inspect-language-model.ts';
export { kernelsDigest, languageEngine, languageEngines } from './llm/kernels-engine.ts';
export { textKnownAnswer } from './llm/known-answer.ts';
export type { AnswerDifference } from './llm/text/read-difference.ts';
export {
  createLlamaInWorker,
  type LlamaInWorkerOptions,
} from './llm/wllama/browser/create-llama-in-worker.ts';
export {
  wllamaDigest,
  wllamaEngine,
  wllamaLicenceDigest,
  wllamaScriptDigest,
} from './llm/wllama/wllama-engine.ts';
export type { ModelBytes } from './model-bytes.ts';
export { checkSignature, createOnnxExact, type OnnxExactOptions } from './onnx/create-onnx-exact.ts';
export { engineDigest, exactEngine, type WasmSource } from './onnx/engine.ts';
export { engineFault } from './onnx/fault.ts';
export { type InspectOptions, inspectOnnx, type ModelInfo } from './onnx/inspect.ts';
export type { NodeInfo } from './onnx/node-info.ts';
export { fromOrt, type OrtTensorConstructor, type OrtValue, toOrt } from './onnx/values.ts';
export * from './runtime.ts';
export { type KnownAnswer, type SelfTestOptions, selfTest } from './self-test.ts';
export * from './signature.ts';
export { createTensorModel } from './tensor-model.ts';
