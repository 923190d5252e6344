import { readFile } from 'node:fs/promises';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { createLlmExact } from '../../src/index.ts';
import { languageRuntimeSuite } from './language-runtime-suite.ts';

languageRuntimeSuite('exact, in this process', [], () =>
  createLlmExact({ kernels: (build) => readFile(wasmPath(build)) }),
);
