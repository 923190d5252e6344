import { createProcessRuntime, type ProcessRuntime, type ProcessRuntimeOptions } from '@isobit/exact/process';
import { type Allow, checkAllowed } from './allow.ts';
import { nativeEntry } from './native-entry.ts';

export interface NativeRuntimeOptions extends Omit<ProcessRuntimeOptions, 'profile' | 'nativeEntry'> {
  /** Which models the operator lets native code load. */
  readonly allow: Allow;
}

/**
 * onnxruntime-node under the profile `fast`, in engine processes: native code never shares a process with keys.
 * It is not bound by Node's permissions, so only models that the operator allows get that far.
 */
export function createNativeRuntime({ allow, ...options }: NativeRuntimeOptions): ProcessRuntime {
  const inner = createProcessRuntime({ ...options, profile: 'fast', nativeEntry });
  return {
    profile: inner.profile,
    engine: inner.engine,
    takes: inner.takes,
    get state() {
      return inner.state;
    },
    inspect: (path, inspectOptions) => inner.inspect(path, inspectOptions),
    async load(source, loadOptions) {
      checkAllowed(allow, source.manifest);
      return await inner.load(source, loadOptions);
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}
