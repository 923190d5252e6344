import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createNodeApi, fetchEngine } from '@isobit/client';
import { engineDigest } from '@isobit/exact';
import { wasmPath } from '@isobit/exact/process';
import { onnxExact } from '@isobit/receipt';
import { writeWhole } from '../files/write-file.ts';

export interface EngineFileOptions {
  /** Folder of the cache, which engine processes may read. */
  readonly dir: string;
  /** Addresses of nodes that may serve it. */
  readonly nodes: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * The exact engine's binary in the cache, fetched by its digest, where the install brought none; undefined where it
 * did. The engine's process compares the digest again before it runs a byte of it.
 *
 * @throws CodedError `BYTES_UNAVAILABLE`
 */
export async function engineFileIn({ dir, nodes, signal }: EngineFileOptions): Promise<string | undefined> {
  if (existsSync(installed())) return undefined;
  const path = join(dir, `engine-${engineDigest}.wasm`);
  if (existsSync(path)) return path;
  const sources = nodes.map((baseUrl) => createNodeApi({ baseUrl }));
  const bytes = await fetchEngine(onnxExact, sources, signal);
  await mkdir(dir, { recursive: true });
  await writeWhole(path, bytes);
  return path;
}

function installed(): string {
  try {
    return wasmPath();
  } catch {
    return '';
  }
}
