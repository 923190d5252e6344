import type { ProcessRuntime, ProcessRuntimeOptions } from '@isobit/exact/process';
import type { Manifest } from '@isobit/model';
import type { NodeLog } from '../../node-log.ts';

/** The `fast` runtime where it is installed; without it the node offers exact runs only, and says so. */
export async function openNative({
  engine,
  allow,
  report,
}: {
  engine: Omit<ProcessRuntimeOptions, 'profile' | 'nativeEntry'>;
  /** Which models the operator lets native code load. */
  allow: (manifest: Manifest) => boolean;
  report: NodeLog;
}): Promise<ProcessRuntime | undefined> {
  try {
    const { createNativeRuntime } = await import('@isobit/native');
    return createNativeRuntime({ ...engine, allow });
  } catch (error) {
    report('warn', 'the native engine is not installed, so no fast runs: npm run setup:native', {
      error: String(error),
    });
    return undefined;
  }
}
