import type { Engine } from '@isobit/exact';

/** sha-256 of llama.cpp b7179 as WebAssembly, one thread, in @wllama/wllama 2.3.7. */
export const wllamaDigest = '529c780d43cb57cb9ac7ef4c42e16463afb0b2dec4ecaae9a6df8179c435fd71';

/** The build as it stands in receipts. */
export const wllamaEngine: Engine = { name: 'wllama', version: '2.3.7', digest: wllamaDigest };
