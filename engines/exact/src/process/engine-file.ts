import { fileURLToPath } from 'node:url';

/** Absolute path of the exact engine's binary as npm installed it: what a node serves under `engineDigest`. */
export const wasmPath = (): string =>
  fileURLToPath(import.meta.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'));
