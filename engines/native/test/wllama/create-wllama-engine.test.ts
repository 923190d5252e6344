import { createWllamaEngine } from '@isobit/exact/llm';
import { tokenEngineSuite } from '@isobit/exact/testing';

tokenEngineSuite(
  'llama.cpp in WebAssembly',
  ['native'],
  async (file) =>
    createWllamaEngine({
      open: (await import('../../src/wllama/open-wllama.ts')).openWllama,
      files: [new Blob([file as Uint8Array<ArrayBuffer>])],
      context: 96,
    }),
  'of-its-own',
);
