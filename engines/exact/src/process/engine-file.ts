import { fileURLToPath } from 'node:url';
import { type Build, builds, digests } from '@isobit/kernels';
import { wasmPath as kernelsPath } from '@isobit/kernels/wasm-path';
import { engineDigest } from '../onnx/engine.ts';

export { kernelsPath };

/** Absolute path of the exact engine's binary as npm installed it: what a node serves under `engineDigest`. */
export const wasmPath = (): string =>
  fileURLToPath(import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));

/** Absolute path of the engine's binary with this digest, as it is installed; undefined for one that is not ours. */
export function engineFileOf(digest: string): string | undefined {
  if (digest === engineDigest) return wasmPath();
  const build = builds.find((each: Build) => digests[each] === digest);
  return build && kernelsPath(build);
}
