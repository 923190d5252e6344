import { createProcessRuntime, type ProcessRuntime, type ProcessRuntimeOptions } from '@isobit/exact/process';
import { type Allow, allowedOnly } from './allow.ts';
import { nativeEntry } from './native-entry.ts';

export interface NativeRuntimeOptions extends Omit<ProcessRuntimeOptions, 'profile' | 'nativeEntry'> {
  /** Which models the operator lets native code load. */
  readonly allow: Allow;
}

/**
 * onnxruntime-node under the profile `fast`, in engine processes: native code never shares a process with keys.
 * It is not bound by Node's permissions, so only models that the operator allows get that far.
 */
export const createNativeRuntime = ({ allow, ...options }: NativeRuntimeOptions): ProcessRuntime =>
  allowedOnly(createProcessRuntime({ ...options, profile: 'fast', nativeEntry }), allow);
