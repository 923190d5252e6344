import { fileURLToPath } from 'node:url';
import { type Build, buildFacts } from './build.ts';

/** Absolute path of a build's binary as this package brings it: what a node serves under its digest. */
export const wasmPath = (build: Build): string =>
  fileURLToPath(new URL(`../wasm/${buildFacts[build].file}`, import.meta.url));
