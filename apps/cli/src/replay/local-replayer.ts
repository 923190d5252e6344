import { join } from 'node:path';
import { createReplayer } from '@isobit/client';
import { exactError, type ModelSource, type Runtime } from '@isobit/exact';
import { createLanguageProcess, createProcessRuntime } from '@isobit/exact/process';
import { entryFile, type Manifest, type ManifestFile, modelId, modelSize } from '@isobit/model';
import { installedNatives } from '@isobit/node/installed-natives';
import { llamaWasm, llmExact, onnxExact } from '@isobit/receipt';
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

  async function source(manifest: Manifest, signal?: AbortSignal, runtime?: Runtime): Promise<ModelSource> {
    folder ??= openBlobFolder({ dir });
    const store = await folder;
    // Nothing is downloaded that the engine would refuse to load: whoever made the evidence chose the size.
    if (!runtime?.takes(manifest)) throw tooLarge(manifest);
    await fetchMissing(manifest, store, signal);
    return cachedModel(manifest, store);
  }

  async function fetchMissing(manifest: Manifest, store: BlobFolder, signal?: AbortSignal): Promise<void> {
    const { files } = manifest.format === 'onnx' ? { files: [entryFile(manifest)] } : manifest;
    const missing: ManifestFile[] = [];
    for (const file of files) if (!(await store.has(file.root))) missing.push(file);
    if (missing.length === 0) return;
    const size = missing.reduce((sum, file) => sum + file.size, 0);
    await using sources = await openSources(
      await hosts.of(modelId(manifest), signal),
      (missing[0] as ManifestFile).root,
    );
    using progress = startProgress(terminal, 'fetch model', size);
    let done = 0;
    for (const { root, size: bytes } of missing) {
      await pullBlob({
        root,
        size: bytes,
        sources: sources.list,
        store,
        ...(signal ? { signal } : {}),
        onProgress: (part) => progress.update(done + part.bytes),
      });
      done += bytes;
    }
  }

  /** Engines that have been asked for, by profile. */
  const engines = new Map<string, Promise<Runtime>>();
  const starts: Readonly<Record<string, () => Promise<Runtime>>> = {
    [onnxExact.name]: async () => {
      const engineFile = await engineFileIn({ dir, nodes: hosts.named });
      return createProcessRuntime({
        profile: 'onnx-exact-1',
        readRoots: [dir],
        ...(engineFile ? { engineFile } : {}),
      });
    },
    [llmExact.name]: async () => createLanguageProcess({ readRoots: [dir] }),
    [llamaWasm.name]: async () => (await installedNatives()).createLlamaWasm({ readRoots: [dir] }),
  };

  function engineOf(profile: string): Promise<Runtime> | undefined {
    const engine = engines.get(profile) ?? starts[profile]?.();
    if (engine) engines.set(profile, engine);
    return engine;
  }

  const replayer = createReplayer({ runtime: async ({ name }) => engineOf(name), source });
  return {
    ...replayer,
    async [Symbol.asyncDispose]() {
      await replayer[Symbol.asyncDispose]();
      for (const engine of engines.values())
        await (await engine.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

const tooLarge = (manifest: Manifest) =>
  exactError(
    'MODEL_TOO_LARGE',
    `the model has ${modelSize(manifest)} bytes, more than this machine has memory to run`,
  );

/** The engine's process verifies the file as it reads, so this process never holds the model. */
const cachedModel = (manifest: Manifest, store: BlobFolder): ModelSource => {
  const rootOf = (path: string): string =>
    (manifest.files.find((file) => file.path === path) ?? entryFile(manifest)).root;
  return {
    manifest,
    locate: async (path) => store.path(rootOf(path)),
    locateBlocks: async (path) => store.leavesPath(rootOf(path)),
    async read(path, signal) {
      const blocks: Uint8Array[] = [];
      const options = { store, root: rootOf(path), ...(signal ? { signal } : {}) };
      for await (const block of readVerified(options)) blocks.push(block.slice());
      return new Uint8Array(Buffer.concat(blocks));
    },
  };
};
