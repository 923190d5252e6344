import { fileURLToPath } from 'node:url';
import { type Build, buildFacts, hashingFacts } from './build.ts';

/** Absolute path of a build's binary as this package brings it: what a node serves under its digest. */
export const wasmPath = (build: Build): string => pathOf(buildFacts[build].file);

/** Absolute path of the binary that hashes. */
export const hashingPath = (): string => pathOf(hashingFacts.file);

const pathOf = (file: string): string => fileURLToPath(new URL(`../wasm/${file}`, import.meta.url));
