import { fileURLToPath } from 'node:url';
import { wllamaDigest, wllamaLicenceDigest, wllamaScriptDigest } from '@isobit/exact';

const FILES: Readonly<Record<string, string>> = {
  [wllamaDigest]: 'esm/single-thread/wllama.wasm',
  [wllamaScriptDigest]: 'esm/index.cjs',
  [wllamaLicenceDigest]: 'LICENCE',
};

/** Absolute path of a file of wllama that others fetch by digest, as it is installed; undefined for one that is not. */
export function wllamaFileOf(digest: string): string | undefined {
  const path = FILES[digest];
  return path && fileURLToPath(import.meta.resolve(`@wllama/wllama/${path}`));
}
