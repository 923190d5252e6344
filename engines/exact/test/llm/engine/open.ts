import { readFile } from 'node:fs/promises';
import type { Build } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { createTokenEncoder } from '../../../src/llm/engine/create-token-encoder.ts';
import { createTokenEngine } from '../../../src/llm/engine/create-token-engine.ts';
import { streamed } from '../../../src/llm/engine/load/streamed-model.ts';
import type { EngineOptions } from '../../../src/llm/engine/open-engine.ts';
import { type ModelFile, readGguf } from '../../../src/llm/reference/index.ts';

export const kernels = (build: Build) => readFile(wasmPath(build));

type Model = Uint8Array | ModelFile;

const streamedOf = (model: Model) => streamed(model instanceof Uint8Array ? readGguf(model) : model);

/** @param model a GGUF file, or what was read of several */
export const openDecoder = (model: Model, options: Partial<EngineOptions> = {}) =>
  createTokenEngine({ model: streamedOf(model), kernels, ...options });

/** @param model as for `openDecoder` */
export const openEncoder = (model: Model, options: Partial<EngineOptions> = {}) =>
  createTokenEncoder({ model: streamedOf(model), kernels, ...options });
