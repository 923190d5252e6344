// Nothing here loads native code: only the engine process does, through child.ts.
export type { Allow } from './allow.ts';
export { createNativeRuntime, type NativeRuntimeOptions } from './create-native-runtime.ts';
export { nativeEngine } from './native-engine.ts';
export { nativeEntry } from './native-entry.ts';
