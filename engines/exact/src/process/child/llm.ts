import './seal.ts';
import { readFile } from 'node:fs/promises';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { createLlmExact } from '../../llm/create-llm-exact.ts';
import { memoryArgument, modelBytesArgument, threadsArgument } from './arguments.ts';
import { serveLanguageModels } from './serve-language.ts';

const runtime = createLlmExact({
  kernels: (build) => readFile(wasmPath(build)),
  memoryBytes: modelBytesArgument(),
  threads: threadsArgument(),
});
await serveLanguageModels(runtime, memoryArgument());
