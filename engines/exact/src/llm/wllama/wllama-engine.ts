import { llamaWasm } from '@isobit/receipt';
import type { Engine } from '../../runtime.ts';

const { engine, version, wasm } = llamaWasm.rules as { engine: string; version: string; wasm: string };

/** sha-256 of llama.cpp b7179 as WebAssembly, one thread, in @wllama/wllama 2.3.7. */
export const wllamaDigest: string = wasm;

/** The build as it stands in receipts. */
export const wllamaEngine: Engine = { name: engine, version, digest: wllamaDigest };
