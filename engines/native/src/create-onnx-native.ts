import {
  checkSignature,
  createTensorModel,
  engineFault,
  exactError,
  fromOrt,
  inspectOnnx,
  type LoadOptions,
  type ModelSource,
  matchInputs,
  matchOutputs,
  type OrtValue,
  type RunOptions,
  type TensorModel,
  type TensorRuntime,
  throwIfAborted,
  toOrt,
} from '@isobit/exact';
import { entryFile } from '@isobit/model';
import { fast, type Tensor } from '@isobit/receipt';
import * as ort from 'onnxruntime-node';
import { type Allow, allowedOnly } from './allow.ts';
import { nativeEngine } from './native-engine.ts';

export interface OnnxNativeOptions {
  readonly allow: Allow;
}

const sessionOptions: ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  logSeverityLevel: 4,
};

/**
 * onnxruntime-node in this process, which must hold no keys: `createNativeRuntime` starts one that does not.
 * Models come as bytes and are inspected first, so that the engine never goes looking for external data.
 */
export function createOnnxNative({ allow }: OnnxNativeOptions): TensorRuntime {
  const open = new Set<AsyncDisposable>();
  let disposed = false;
  const runtime: TensorRuntime = {
    profile: fast,
    engine: nativeEngine,
    takes: ({ format }) => format === 'onnx',
    async load(source, options: LoadOptions = {}) {
      if (disposed) throw exactError('RUNTIME_DISPOSED', 'the runtime was disposed; create another');
      const model = await loadNative(source, options, () => open.delete(model));
      open.add(model);
      return model;
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      for (const model of [...open]) await model[Symbol.asyncDispose]();
    },
  };
  return allowedOnly(runtime, allow);
}

async function loadNative(
  source: ModelSource,
  { signal }: LoadOptions,
  onDispose: () => void,
): Promise<TensorModel> {
  const bytes = await source.read(entryFile(source.manifest).path, signal);
  throwIfAborted(signal, 'loading the model');
  const info = inspectOnnx(bytes, { exact: false });
  checkSignature(source, info);
  const session = await ort.InferenceSession.create(bytes, sessionOptions).catch((error: unknown) => {
    throw nativeFault(error, 'load the model', 'MODEL_REFUSED');
  });
  let disposed = false;
  return createTensorModel({
    inputs: info.inputs,
    outputs: info.outputs,
    async run(given, { outputs, signal, trace }: RunOptions = {}) {
      if (disposed) throw exactError('RUNTIME_DISPOSED', 'the model was disposed; load it again');
      if (trace)
        throw exactError(
          'TRACE_UNAVAILABLE',
          'the profile fast has no traces: its bits differ between machines',
        );
      throwIfAborted(signal, 'the run');
      const names = matchOutputs(info.outputs, outputs);
      return { outputs: await runSession(session, matchInputs(info.inputs, given), names) };
    },
    async [Symbol.asyncDispose]() {
      if (disposed) return;
      disposed = true;
      onDispose();
      await session.release();
    },
  });
}

async function runSession(
  session: ort.InferenceSession,
  inputs: readonly Tensor[],
  names: readonly string[],
): Promise<Tensor[]> {
  const feeds = Object.fromEntries(inputs.map((tensor) => [tensor.name, toOrt(tensor, NativeValue)]));
  try {
    const results = await session.run(feeds as unknown as ort.InferenceSession.FeedsType, names);
    return names.map((name) => fromOrt(name, results[name] as ort.Tensor));
  } catch (error) {
    throw nativeFault(error, 'run the model', 'RUN_FAILED');
  }
}

/**
 * A tensor as the native binding reads it. The package's own class turns half-width floats into a Float16Array,
 * which the binding does not know.
 */
class NativeValue implements OrtValue {
  readonly location = 'cpu';
  readonly type: string;
  readonly data: unknown;
  readonly dims: readonly number[];

  constructor(type: string, data: unknown, dims: readonly number[]) {
    this.type = type;
    this.data = data;
    this.dims = dims;
  }
}

/** Whatever the native binding throws it has caught itself. */
const nativeFault: typeof engineFault = (error, doing, refusal) =>
  engineFault(error instanceof Error ? error : new Error(String(error)), doing, refusal);
