import './seal.ts';
import { readFile } from 'node:fs/promises';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { createLlmExact } from '../../llm/create-llm-exact.ts';
import { kernelsFileArgument, memoryArgument, modelBytesArgument, threadsArgument } from './arguments.ts';
import { serveLanguageModels } from './serve-language.ts';

const kernelsFile = kernelsFileArgument();
const runtime = createLlmExact({
  kernels: (build) => readFile(kernelsFile ?? wasmPath(build)),
  memoryBytes: modelBytesArgument(),
  threads: threadsArgument(),
});
await serveLanguageModels(runtime, memoryArgument());
