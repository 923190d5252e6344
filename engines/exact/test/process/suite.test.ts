import { createLanguageProcess, createProcessRuntime } from '../../src/process/index.ts';
import { languageRuntimeSuite } from '../llm/language-runtime-suite.ts';
import { runtimeSuite } from '../runtime-suite.ts';

runtimeSuite('exact, in an engine process', [], () =>
  createProcessRuntime({ profile: 'onnx-exact-1', readRoots: [], memoryMiB: 512 }),
);

languageRuntimeSuite('exact, in an engine process', [], () =>
  createLanguageProcess({ readRoots: [], memoryMiB: 512 }),
);
