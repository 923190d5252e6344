import { entryFile } from '@isobit/model';
import { onnxExact, type Tensor } from '@isobit/receipt';
import { exactError, throwIfAborted } from '../errors.ts';
import type {
  LoadOptions,
  ModelSource,
  RunOptions,
  RunResult,
  TensorModel,
  TensorRuntime,
} from '../runtime.ts';
import { matchInputs, matchOutputs, sameSignatures } from '../signature.ts';
import { createTensorModel } from '../tensor-model.ts';
import { exactEngine, startEngine, type WasmSource } from './engine.ts';
import { inspectOnnx, type ModelInfo } from './inspect.ts';
import { observedModel } from './observed.ts';
import { openSession, type Session } from './session.ts';
import { buildTrace } from './trace.ts';

export interface OnnxExactOptions {
  /** The engine's binary, whose digest is `engineDigest`; asked for once in a process or tab. */
  readonly wasm: WasmSource;
}

/**
 * Profile `onnx-exact-1` in this process or tab (specs/profile-onnx-exact-1.md). Models share its memory and a
 * run cannot be interrupted: for strangers' models use `@isobit/exact/process`, or a worker in a browser.
 */
export function createOnnxExact({ wasm }: OnnxExactOptions): TensorRuntime {
  const open = new Set<AsyncDisposable>();
  let disposed = false;
  return {
    profile: onnxExact,
    engine: exactEngine,
    takes: ({ format }) => format === 'onnx',
    async load(source, options: LoadOptions = {}) {
      if (disposed) throw exactError('RUNTIME_DISPOSED', 'the runtime was disposed; create another');
      await startEngine(wasm);
      const model = await loadOnnx(source, options, () => open.delete(model));
      open.add(model);
      return model;
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      for (const model of [...open]) await model[Symbol.asyncDispose]();
    },
  };
}

/** Compares a file with the manifest that names it. @throws CodedError `MODEL_SIGNATURE` */
export function checkSignature({ manifest }: ModelSource, info: ModelInfo): void {
  if (sameSignatures(manifest.inputs, info.inputs) && sameSignatures(manifest.outputs, info.outputs)) return;
  throw exactError(
    'MODEL_SIGNATURE',
    `the manifest of "${manifest.title}" states other inputs or outputs than its file ${manifest.entry}: its publisher must push it again`,
  );
}

async function loadOnnx(
  source: ModelSource,
  { signal }: LoadOptions,
  onDispose: () => void,
): Promise<TensorModel> {
  const path = entryFile(source.manifest).path;
  const bytes = await source.read(path, signal);
  throwIfAborted(signal, 'loading the model');
  const info = inspectOnnx(bytes);
  checkSignature(source, info);
  const plain = await openSession(info.alwaysObserved ? observedModel(bytes, info) : bytes, 'MODEL_REFUSED');
  let observed: Promise<Session> | undefined = info.alwaysObserved ? Promise.resolve(plain) : undefined;
  let disposed = false;

  /** Opened by the first run that wants a trace; the weights are read again and not kept here meanwhile. */
  const observe = async (signal?: AbortSignal): Promise<Session> => {
    observed ??= source
      .read(path, signal)
      .then((again) => openSession(observedModel(again, info), 'TRACE_UNAVAILABLE'));
    try {
      return await observed;
    } catch (error) {
      observed = undefined;
      throw error;
    }
  };

  const runTraced = async (
    inputs: Tensor[],
    names: string[],
    salt: Uint8Array,
    signal?: AbortSignal,
  ): Promise<RunResult> => {
    const session = await observe(signal);
    const values = await session.run(inputs, session.tensors, signal);
    return { outputs: pick(values, names), trace: buildTrace(info.nodes, inputs, values, salt) };
  };

  return createTensorModel({
    inputs: info.inputs,
    outputs: info.outputs,
    async run(given, { outputs, signal, trace }: RunOptions = {}) {
      if (disposed) throw exactError('RUNTIME_DISPOSED', 'the model was disposed; load it again');
      throwIfAborted(signal, 'the run');
      const inputs = matchInputs(info.inputs, given);
      const names = matchOutputs(info.outputs, outputs);
      if (trace) return runTraced(inputs, names, trace.salt, signal);
      return { outputs: pick(await plain.run(inputs, names, signal), names) };
    },
    async [Symbol.asyncDispose]() {
      if (disposed) return;
      disposed = true;
      onDispose();
      await plain.release();
      const traced = await observed?.catch(() => undefined);
      if (traced && traced !== plain) await traced.release();
    },
  });
}

const pick = (values: ReadonlyMap<string, Tensor>, names: readonly string[]): Tensor[] =>
  names.map((name) => values.get(name) as Tensor);
