import { readFile } from 'node:fs/promises';
import type { Build } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { createTokenEncoder } from '../../../src/llm/engine/create-token-encoder.ts';
import { createTokenEngine } from '../../../src/llm/engine/create-token-engine.ts';
import { type StreamedModel, streamed } from '../../../src/llm/engine/load/streamed-model.ts';
import type { EngineOptions } from '../../../src/llm/engine/open-engine.ts';
import type { ModelFile } from '../../../src/llm/model-file.ts';
import { readGguf } from '../../../src/llm/reference/index.ts';

export const kernels = (build: Build) => readFile(wasmPath(build));

type Given = Uint8Array | ModelFile;

const read = (file: Given): StreamedModel => streamed(file instanceof Uint8Array ? readGguf(file) : file);

/** @param file in GGUF, or a model that was read */
export const openDecoder = (file: Given, options: Partial<EngineOptions> = {}) =>
  createTokenEngine({ model: read(file), kernels, ...options });

export const openEncoder = (file: Given, options: Partial<EngineOptions> = {}) =>
  createTokenEncoder({ model: read(file), kernels, ...options });
