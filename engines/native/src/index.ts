// Nothing here loads native code: only the engine processes do, through their child.ts.
export type { Allow } from './allow.ts';
export { createLlamaNative, createLlamaWasm, type LlamaNativeOptions } from './create-llama-native.ts';
export { createNativeRuntime, type NativeRuntimeOptions } from './create-native-runtime.ts';
export { llamaEngine } from './llama/llama-engine.ts';
export { nativeEngine } from './native-engine.ts';
export { nativeEntry } from './native-entry.ts';
export { llamaWasmKnownAnswer } from './wllama/known-answer.ts';
export { wllamaFileOf } from './wllama/wllama-files.ts';
