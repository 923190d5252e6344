import { fileURLToPath } from 'node:url';
import { type ChildEntry, entryPath, packageOf } from '@isobit/exact/process';
import { nativeEngine } from './native-engine.ts';

/**
 * The program of the native engine process, for `createProcessRuntime`. Importing this module fails with
 * `ERR_MODULE_NOT_FOUND` where onnxruntime-node is not installed (`npm run setup:native`); it is found, not loaded.
 */
export const nativeEntry: ChildEntry = {
  path: entryPath('child', import.meta.url),
  engine: nativeEngine,
  codeRoots: [import.meta.url, import.meta.resolve('onnxruntime-node')].map((url) =>
    packageOf(fileURLToPath(url)),
  ),
  addons: true,
};
