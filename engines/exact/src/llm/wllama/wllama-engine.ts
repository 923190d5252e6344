import { llamaWasm } from '@isobit/receipt';
import type { Engine } from '../../runtime.ts';

const { engine, version, wasm } = llamaWasm.rules as { engine: string; version: string; wasm: string };

/** sha-256 of llama.cpp b7179 as WebAssembly, one thread, in @wllama/wllama 2.3.7. */
export const wllamaDigest: string = wasm;

/** sha-256 of the script around it there, `esm/index.cjs`: it moves bytes and computes nothing. */
export const wllamaScriptDigest = '498b148f35500a0a8116a87ea0f4bc2f7f5173c12471cb639a28c63ccd3fdcfa';

/** sha-256 of its licence there, which goes with both: MIT. */
export const wllamaLicenceDigest = '5866e3bd7e3cbd3f7c8bea6efd8a1e7fa7cc8de68c30f428aff7c6584a0fb720';

/** The build as it stands in receipts. */
export const wllamaEngine: Engine = { name: engine, version, digest: wllamaDigest };
