export { memoryArgument, modelBytesArgument } from './child/arguments.ts';
export { serveRuntime } from './child/serve.ts';
export { serveLanguageModels } from './child/serve-language.ts';
export {
  createLanguageProcess,
  type LanguageProcess,
  type LanguageProcessOptions,
  type LanguageProgram,
} from './create-language-process.ts';
export {
  createProcessRuntime,
  type ProcessRuntime,
  type ProcessRuntimeOptions,
} from './create-process-runtime.ts';
export { engineFileOf, kernelsPath, wasmPath } from './engine-file.ts';
export { openFileRanges } from './file-ranges.ts';
export { type InspectedModel, inspectModel } from './inspect-model.ts';
export { installNatives, isInstalled } from './installed.ts';
export { type ChildEntry, entryPath, packageOf } from './launch.ts';
export type { FilePlace } from './places.ts';
