import { join } from 'node:path';
import { createReplayer } from '@isobit/client';
import { limits } from '@isobit/core';
import { exactError, type ModelSource, type Runtime } from '@isobit/exact';
import { createProcessRuntime } from '@isobit/exact/process';
import { entryFile, type Manifest, modelId } from '@isobit/model';
import { type BlobFolder, openBlobFolder, pullBlob, readVerified } from '@isobit/store';
import type { Replayer } from '@isobit/verify';
import { startProgress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import { type BlobHosts, openSources } from './blob-hosts.ts';
import { engineFileIn } from './engine-file.ts';

export interface LocalReplayerOptions {
  /** Folder of the user's caches. */
  readonly home: string;
  /** Who may hold the bytes of a model that the cache does not. */
  readonly hosts: BlobHosts;
  readonly terminal: Terminal;
}

/**
 * Runs requests again on this machine: the model's bytes by digest from the cache or from anybody who serves them, the
 * engine in a process without keys or network. Nothing is fetched or started before the first run.
 */
export function createLocalReplayer({
  home,
  hosts,
  terminal,
}: LocalReplayerOptions): Replayer & AsyncDisposable {
  const dir = join(home, 'cache');
  let folder: Promise<BlobFolder> | undefined;
  let engine: Promise<Runtime> | undefined;

  async function source(manifest: Manifest, signal?: AbortSignal): Promise<ModelSource> {
    folder ??= openBlobFolder({ dir });
    const store = await folder;
    const { root, size } = entryFile(manifest);
    // Nothing is downloaded that the engine would refuse to load: whoever made the evidence chose the size.
    if (size > limits.onnxBytes)
      throw exactError(
        'MODEL_TOO_LARGE',
        `the model has ${size} bytes; an ONNX file has at most ${limits.onnxBytes}`,
      );
    if (!(await store.has(root))) {
      await using sources = await openSources(await hosts.of(modelId(manifest), signal), root);
      using progress = startProgress(terminal, 'fetch model', size);
      await pullBlob({
        root,
        size,
        sources: sources.list,
        store,
        ...(signal ? { signal } : {}),
        onProgress: ({ bytes }) => progress.update(bytes),
      });
    }
    return cachedModel(manifest, store);
  }

  async function startEngine(): Promise<Runtime> {
    const engineFile = await engineFileIn({ dir, nodes: hosts.named });
    return createProcessRuntime({
      profile: 'onnx-exact-1',
      readRoots: [dir],
      ...(engineFile ? { engineFile } : {}),
    });
  }

  const replayer = createReplayer({
    async runtime({ name }) {
      if (name !== 'onnx-exact-1') return undefined;
      engine ??= startEngine();
      return engine;
    },
    source,
  });
  return {
    ...replayer,
    async [Symbol.asyncDispose]() {
      await replayer[Symbol.asyncDispose]();
      await (await engine?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

/** The engine's process verifies the file as it reads, so this process never holds the model. */
const cachedModel = (manifest: Manifest, store: BlobFolder): ModelSource => {
  const rootOf = (path: string): string =>
    (manifest.files.find((file) => file.path === path) ?? entryFile(manifest)).root;
  return {
    manifest,
    locate: async (path) => store.path(rootOf(path)),
    async read(path, signal) {
      const blocks: Uint8Array[] = [];
      const options = { store, root: rootOf(path), ...(signal ? { signal } : {}) };
      for await (const block of readVerified(options)) blocks.push(block.slice());
      return new Uint8Array(Buffer.concat(blocks));
    },
  };
};
