import { readFile } from 'node:fs/promises';
import type { Build } from '@isobit/kernels';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { createTokenEncoder } from '../../../src/llm/engine/create-token-encoder.ts';
import { createTokenEngine } from '../../../src/llm/engine/create-token-engine.ts';
import { streamed } from '../../../src/llm/engine/load/streamed-model.ts';
import type { EngineOptions } from '../../../src/llm/engine/open-engine.ts';
import { readGguf } from '../../../src/llm/reference/index.ts';

export const kernels = (build: Build) => readFile(wasmPath(build));

export const openDecoder = (file: Uint8Array, options: Partial<EngineOptions> = {}) =>
  createTokenEngine({ model: streamed(readGguf(file)), kernels, ...options });

export const openEncoder = (file: Uint8Array, options: Partial<EngineOptions> = {}) =>
  createTokenEncoder({ model: streamed(readGguf(file)), kernels, ...options });
