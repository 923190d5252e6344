import { createNodeApi, createReplayer, fetchEngine, fetchEngineFile, fetchFile } from '@isobit/client';
import { limits } from '@isobit/core';
import {
  createLlamaInWorker,
  createLlmExact,
  createOnnxExact,
  type LoadedModel,
  type Runtime,
  wllamaScriptDigest,
} from '@isobit/exact';
import { entryFile, isLanguageFormat, type Manifest, type ManifestFile, modelSize } from '@isobit/model';
import { llamaWasm, llmExact, onnxExact, type Profile } from '@isobit/receipt';
import type { Replayer } from '@isobit/verify';
import { pageError } from '../errors.ts';
import { countedSource, type Source } from './counted-source.ts';
import { drawAgain } from './draw-again.ts';
import { fileSource } from './file-source.ts';
import { nodeUrl } from './node-url.ts';
import { printableText } from './printable-text.ts';
import type { ByteSources, Progress, Watcher } from './task.ts';

/**
 * Runs requests again in this tab, with the model and the engine fetched by digest.
 *
 * @throws CodedError `NO_SOURCE`, `NODE_INVALID`, `FILE_UNREADABLE`
 */
export async function createTabReplayer(
  from: ByteSources,
  given: Watcher,
): Promise<Required<Replayer> & AsyncDisposable> {
  let last: Progress = { phase: 'run' };
  const onProgress = (progress: Progress): void => {
    last = progress;
    given.onProgress(progress);
  };
  const watcher: Watcher = { ...given, onProgress };
  const sources: Source[] = from.nodes.map((url) => createNodeApi({ baseUrl: nodeUrl(url) }));
  if (from.files.length > 0) sources.unshift(await fileSource(from.files, onProgress));
  if (sources.length === 0) {
    throw pageError(
      'NO_SOURCE',
      'nothing says where to get the model and the engine: name a node below, or choose their files',
    );
  }
  const counted = (size?: number) => sources.map((source) => countedSource(source, onProgress, size));
  return createReplayer({
    async runtime(profile, signal) {
      const runtime = await runtimeOf(profile, {
        engine: () => fetchEngine(profile, counted(), signal),
        file: (digest) => fetchEngineFile(digest, counted(), signal),
        // Said again, so that the page does not take it for silent.
        onEvaluated: () => onProgress(last),
      });
      return runtime && watchRuns(runtime, watcher);
    },
    async source(manifest) {
      const files = new Map<string, Promise<Uint8Array>>();
      // A language model is all its files; of an ONNX model only one is read.
      const isLanguage = isLanguageFormat(manifest.format);
      const model = counted(isLanguage ? modelSize(manifest) : entryFile(manifest).size);
      return {
        manifest,
        read(path, signal) {
          const file = fileAt(manifest, path);
          const bytes = files.get(path) ?? fetchFile({ file, sources: model, ...(signal ? { signal } : {}) });
          files.set(path, bytes);
          return bytes;
        },
      };
    },
  });
}

interface EngineParts {
  /** Fetches the profile's binary. */
  engine(): Promise<Uint8Array>;
  /** Fetches what else an engine needs. @param digest its sha-256 */
  file(digest: string): Promise<Uint8Array>;
  /** A slow engine is at work. */
  onEvaluated(): void;
}

async function runtimeOf(
  { name }: Profile,
  { engine, file, onEvaluated }: EngineParts,
): Promise<Runtime | undefined> {
  switch (name) {
    case onnxExact.name:
      return createOnnxExact({ wasm: engine });
    case llmExact.name:
      return createLlmExact({ kernels: engine });
    case llamaWasm.name:
      // Before the model: it is not everywhere, and the model may be large.
      return createLlamaInWorker({
        wasm: await engine(),
        script: await file(wllamaScriptDigest),
        onEvaluated,
      });
    default:
      return undefined;
  }
}

function fileAt(manifest: Manifest, path: string): ManifestFile {
  const size = modelSize(manifest);
  const file = manifest.files.find((each) => each.path === path);
  if (!file || size > limits.pageModelBytes) {
    throw pageError(
      'MODEL_TOO_LARGE',
      `the model has ${Math.ceil(size / 1_000_000)} MB, too much for a tab: check it with the command "isobit verify"`,
    );
  }
  return file;
}

const watchRuns = (runtime: Runtime, watcher: Watcher): Runtime => ({
  ...runtime,
  load: async (source, options) => watchModel(await runtime.load(source, options), watcher),
});

function watchModel(model: LoadedModel, { onProgress, onConfirmed }: Watcher): LoadedModel {
  const { check } = model;
  const begin = (trace = false): void => onProgress({ phase: trace ? 'trace' : 'run' });
  const watched: LoadedModel = {
    ...model,
    execute(request, options) {
      begin(options?.trace);
      return model.execute(request, options);
    },
  };
  if (!check) return watched;
  return {
    ...watched,
    check(request, response, options = {}) {
      const { signal, trace } = options;
      begin(trace);
      return trace
        ? check(request, response, options)
        : drawAgain({ ...model, check }, request, response, {
            ...(signal ? { signal } : {}),
            onConfirmed: ({ text, ...piece }) => onConfirmed({ ...piece, text: printableText(text) }),
          });
    },
  };
}
