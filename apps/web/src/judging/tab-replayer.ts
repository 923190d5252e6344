import { createNodeApi, createReplayer, fetchEngine, fetchFile } from '@isobit/client';
import { limits } from '@isobit/core';
import { createOnnxExact, type Runtime } from '@isobit/exact';
import { entryFile, type Manifest, type ManifestFile } from '@isobit/model';
import { onnxExact } from '@isobit/receipt';
import type { Replayer } from '@isobit/verify';
import { pageError } from '../errors.ts';
import { countedSource, type Source } from './counted-source.ts';
import { fileSource } from './file-source.ts';
import { nodeUrl } from './node-url.ts';
import type { ByteSources, Progress } from './task.ts';

type Report = (progress: Progress) => void;

/**
 * Runs requests again in this tab, with the model and the engine fetched by digest.
 *
 * @throws CodedError `NO_SOURCE`, `NODE_INVALID`, `FILE_UNREADABLE`
 */
export async function createTabReplayer(
  from: ByteSources,
  onProgress: Report,
): Promise<Replayer & AsyncDisposable> {
  const sources: Source[] = from.nodes.map((url) => createNodeApi({ baseUrl: nodeUrl(url) }));
  if (from.files.length > 0) sources.unshift(await fileSource(from.files, onProgress));
  if (sources.length === 0) {
    throw pageError(
      'NO_SOURCE',
      'nothing says where to get the model and the engine: name a node below, or choose both files',
    );
  }
  const counted = (size?: number) => sources.map((source) => countedSource(source, onProgress, size));
  return createReplayer({
    async runtime(profile, signal) {
      if (profile.name !== onnxExact.name) return undefined;
      return reportRuns(createOnnxExact({ wasm: () => fetchEngine(profile, counted(), signal) }), onProgress);
    },
    async source(manifest) {
      let bytes: Promise<Uint8Array> | undefined;
      return {
        manifest,
        read(path, signal) {
          const file = fileAt(manifest, path);
          bytes ??= fetchFile({ file, sources: counted(file.size), ...(signal ? { signal } : {}) });
          return bytes;
        },
      };
    },
  });
}

/** The engine reads one file, the entry. */
function fileAt(manifest: Manifest, path: string): ManifestFile {
  const file = entryFile(manifest);
  if (file.path !== path || file.size > limits.pageModelBytes) {
    throw pageError(
      'MODEL_TOO_LARGE',
      `the model has ${Math.ceil(file.size / 1_000_000)} MB, too much for a tab: check it with the command "isobit verify"`,
    );
  }
  return file;
}

function reportRuns(runtime: Runtime, onProgress: Report): Runtime {
  return {
    ...runtime,
    async load(source, options) {
      const model = await runtime.load(source, options);
      return {
        ...model,
        execute(request, executeOptions) {
          onProgress({ phase: executeOptions?.trace ? 'trace' : 'run' });
          return model.execute(request, executeOptions);
        },
      };
    },
  };
}
