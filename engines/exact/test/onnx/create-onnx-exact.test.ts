import { readFile } from 'node:fs/promises';
import { createOnnxExact } from '../../src/index.ts';
import { wasmPath } from '../../src/process/engine-file.ts';
import { runtimeSuite } from '../runtime-suite.ts';

runtimeSuite('exact, in this process', [], () => createOnnxExact({ wasm: () => readFile(wasmPath()) }));
