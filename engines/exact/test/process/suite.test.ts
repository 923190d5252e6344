import { createProcessRuntime } from '../../src/process/index.ts';
import { runtimeSuite } from '../runtime-suite.ts';

runtimeSuite('exact, in an engine process', [], () =>
  createProcessRuntime({ profile: 'onnx-exact-1', readRoots: [], memoryMiB: 512 }),
);
