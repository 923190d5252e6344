import { tokenEngineSuite } from '@isobit/exact/testing';

tokenEngineSuite(
  'llama.cpp in WebAssembly',
  ['native'],
  async (file) =>
    (await import('../../src/wllama/create-wllama-engine.ts')).createWllamaEngine({
      files: [new Blob([file as Uint8Array<ArrayBuffer>])],
      context: 96,
    }),
  'of-its-own',
);
