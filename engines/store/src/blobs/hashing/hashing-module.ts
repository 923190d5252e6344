import { readFileSync } from 'node:fs';
import { compileHashing } from '@isobit/kernels/hashing';
import { hashingPath } from '@isobit/kernels/wasm-path';

/** The compiled binary that hashes, or undefined where it is absent, not this version's, or does not run here. */
export function hashingModule(path = hashingPath()): WebAssembly.Module | undefined {
  try {
    return compileHashing(readFileSync(path));
  } catch {
    // Then node:crypto gives the same digests, later.
    return undefined;
  }
}
