import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createReplayer, fetchEngine, type NodeApi } from '@isobit/client';
import { createProcessRuntime, type ProcessRuntime } from '@isobit/exact/process';
import { onnxExact } from '@isobit/receipt';
import { createHttpSource, openBlobFolder, pullModel } from '@isobit/store';
import type { Replayer } from '@isobit/verify';

/** What a client fetched to run an answer again. */
export interface Fetched {
  readonly engineBytes: number;
  readonly modelBytes: number;
}

export interface FreshReplayer extends Replayer, AsyncDisposable {
  readonly fetched: () => Fetched;
}

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
  let fetched: Fetched = { engineBytes: 0, modelBytes: 0 };
  let runtime: Promise<ProcessRuntime> | undefined;

  async function start(signal: AbortSignal | undefined): Promise<ProcessRuntime> {
    const engine = await fetchEngine(onnxExact, nodes, signal);
    fetched = { ...fetched, engineBytes: engine.length };
    await mkdir(dir, { recursive: true });
    const engineFile = join(dir, 'engine.wasm');
    await writeFile(engineFile, engine);
    return createProcessRuntime({ profile: 'onnx-exact-1', readRoots: [dir], engineFile });
  }

  const replayer = createReplayer({
    async runtime(profile, signal) {
      if (!profile.exact) return undefined;
      if (!runtime) {
        runtime = start(signal);
        // What could not be had now may be there the next time.
        runtime.catch(() => {
          runtime = undefined;
        });
      }
      return runtime;
    },
    async source(manifest, signal) {
      const store = await openBlobFolder({ dir: join(dir, 'blobs') });
      await using open = new AsyncDisposableStack();
      const sources = nodes.map((node) =>
        open.use(createHttpSource({ url: node.baseUrl, allowPrivate: true })),
      );
      const result = await pullModel({ manifest, sources, store, ...(signal ? { signal } : {}) });
      fetched = { ...fetched, modelBytes: fetched.modelBytes + result.fetched };
      return {
        manifest,
        read: () => Promise.reject(new Error('models run in another process, which reads them itself')),
        locate: async (path) => store.path(manifest.files.find((file) => file.path === path)?.root ?? ''),
      };
    },
  });
  return {
    ...replayer,
    fetched: () => fetched,
    async [Symbol.asyncDispose]() {
      await replayer[Symbol.asyncDispose]();
      await (await runtime?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
