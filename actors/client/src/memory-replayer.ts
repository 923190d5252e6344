import { limits } from '@isobit/core';
import type { ModelSource, Runtime } from '@isobit/exact';
import { entryFile, type Manifest, modelSize } from '@isobit/model';
import { llmExact, onnxExact, type Profile } from '@isobit/receipt';
import type { Replayer } from '@isobit/verify';
import { fetchFile } from './blob-fetch.ts';
import { fetchEngine } from './engine-fetch.ts';
import { clientError } from './errors.ts';
import type { NodeApi } from './node-api.ts';
import { createReplayer } from './replayer.ts';

export interface MemoryReplayerOptions {
  /** Nodes that may serve model and engine, asked in this order. */
  readonly sources: readonly Pick<NodeApi, 'baseUrl' | 'request'>[];
  /** Largest model taken, in bytes: it is held in memory. `limits.pageModelBytes` when absent. */
  readonly maxBytes?: number;
}

/**
 * Runs requests again in this thread: model and engine come by digest from whoever serves them, each block verified,
 * and stay in memory. No engine is loaded before the first run. A program that serves others meanwhile runs them
 * elsewhere: in a worker, or as the command line does in a process.
 */
export function createMemoryReplayer({
  sources,
  maxBytes = limits.pageModelBytes,
}: MemoryReplayerOptions): Required<Replayer> & AsyncDisposable {
  return createReplayer({
    runtime: (profile) => runtimeOf(profile, () => fetchEngine(profile, sources)),
    source: async (manifest) => sourceOf(manifest, sources, maxBytes),
  });
}

/** @param engine fetches its binary */
async function runtimeOf({ name }: Profile, engine: () => Promise<Uint8Array>): Promise<Runtime | undefined> {
  if (name !== onnxExact.name && name !== llmExact.name) return undefined;
  const { createLlmExact, createOnnxExact } = await import('@isobit/exact');
  return name === onnxExact.name ? createOnnxExact({ wasm: engine }) : createLlmExact({ kernels: engine });
}

function sourceOf(
  manifest: Manifest,
  sources: MemoryReplayerOptions['sources'],
  maxBytes: number,
): ModelSource {
  const size = modelSize(manifest);
  if (size > maxBytes)
    throw clientError(
      'FILE_TOO_LARGE',
      `the model has ${size} bytes, and at most ${maxBytes} are held in memory: check its answers with isobit verify`,
      { size },
    );
  const files = new Map<string, Promise<Uint8Array>>();
  return {
    manifest,
    read(path, signal) {
      const file = manifest.files.find((each) => each.path === path) ?? entryFile(manifest);
      const bytes = files.get(path) ?? fetchFile({ file, sources, maxBytes, ...(signal ? { signal } : {}) });
      files.set(path, bytes);
      bytes.catch(() => files.delete(path));
      return bytes;
    },
  };
}
