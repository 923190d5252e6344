import type { Build } from '@isobit/kernels';
import { createTokenEncoder, createTokenEngine, selfTest, streamed } from '../../../../src/llm/index.ts';

/* Runs in a worker of a browser: the known-answer test, with as many threads as the page asks for. */

const scope = globalThis as unknown as {
  onmessage: ((event: { data: { threads: number; files: Record<Build, string> } }) => void) | null;
  postMessage(message: string): void;
};

scope.onmessage = async ({ data: { threads, files } }) => {
  let asked = '';
  const kernels = async (build: Build): Promise<Uint8Array> => {
    asked = build;
    return new Uint8Array(await (await fetch(files[build])).arrayBuffer());
  };
  try {
    await selfTest({
      decoder: (model) => createTokenEngine({ model: streamed(model), kernels, threads }),
      encoder: (model) => createTokenEncoder({ model: streamed(model), kernels, threads }),
    });
    scope.postMessage(`passed: ${asked}`);
  } catch (error) {
    scope.postMessage(String(error));
  }
};
