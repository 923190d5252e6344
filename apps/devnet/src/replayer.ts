import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createReplayer, fetchEngine, type NodeApi } from '@isobit/client';
import type { Runtime } from '@isobit/exact';
import { createLanguageProcess, createProcessRuntime } from '@isobit/exact/process';
import { llmExact, onnxExact, type Profile } from '@isobit/receipt';
import { createHttpSource, openBlobFolder, pullModel } from '@isobit/store';
import type { Replayer } from '@isobit/verify';

/** What a client fetched to run answers under one profile again. */
export interface Fetched {
  readonly engineBytes: number;
  readonly modelBytes: number;
}

export interface FreshReplayer extends Replayer, AsyncDisposable {
  /** Of a profile; of `onnx-exact-1` when none is named. */
  readonly fetched: (profile?: string) => Fetched;
}

const NOTHING: Fetched = { engineBytes: 0, modelBytes: 0 };

/** Engines that run from a binary that was fetched. */
const runtimes: Readonly<Record<string, (options: { readRoots: string[]; engineFile: string }) => Runtime>> =
  {
    [onnxExact.name]: (options) => createProcessRuntime({ profile: 'onnx-exact-1', ...options }),
    [llmExact.name]: createLanguageProcess,
  };

/**
 * A replayer that begins with nothing: it fetches the engine and the model by digest from the nodes given, into
 * `dir`, and runs them in a child process.
 */
export function createFreshReplayer({
  dir,
  nodes,
}: {
  dir: string;
  nodes: readonly NodeApi[];
}): FreshReplayer {
  const fetched = new Map<string, Fetched>();
  const started = new Map<string, Promise<Runtime>>();

  const note = (profile: string, more: Partial<Fetched>): void => {
    const { engineBytes, modelBytes } = fetched.get(profile) ?? NOTHING;
    fetched.set(profile, {
      engineBytes: engineBytes + (more.engineBytes ?? 0),
      modelBytes: modelBytes + (more.modelBytes ?? 0),
    });
  };

  async function start(
    profile: Profile,
    create: (typeof runtimes)[string],
    signal: AbortSignal | undefined,
  ): Promise<Runtime> {
    const engine = await fetchEngine(profile, nodes, signal);
    note(profile.name, { engineBytes: engine.length });
    await mkdir(dir, { recursive: true });
    const engineFile = join(dir, `${profile.name}.wasm`);
    await writeFile(engineFile, engine);
    return create({ readRoots: [dir], engineFile });
  }

  const replayer = createReplayer({
    async runtime(profile, signal) {
      const create = runtimes[profile.name];
      if (!create) return undefined;
      const known = started.get(profile.name);
      if (known) return known;
      const runtime = start(profile, create, signal);
      started.set(profile.name, runtime);
      // What could not be had now may be there the next time.
      runtime.catch(() => started.delete(profile.name));
      return runtime;
    },
    async source(manifest, signal) {
      const store = await openBlobFolder({ dir: join(dir, 'blobs') });
      await using open = new AsyncDisposableStack();
      const sources = nodes.map((node) =>
        open.use(createHttpSource({ url: node.baseUrl, allowPrivate: true })),
      );
      const result = await pullModel({ manifest, sources, store, ...(signal ? { signal } : {}) });
      note(manifest.format === 'onnx' ? onnxExact.name : llmExact.name, { modelBytes: result.fetched });
      const rootOf = (path: string): string => manifest.files.find((file) => file.path === path)?.root ?? '';
      return {
        manifest,
        read: () => Promise.reject(new Error('models run in another process, which reads them itself')),
        locate: async (path) => store.path(rootOf(path)),
        locateBlocks: async (path) => store.leavesPath(rootOf(path)),
      };
    },
  });
  return {
    ...replayer,
    fetched: (profile = onnxExact.name) => fetched.get(profile) ?? NOTHING,
    async [Symbol.asyncDispose]() {
      await replayer[Symbol.asyncDispose]();
      for (const runtime of started.values())
        await (await runtime.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
