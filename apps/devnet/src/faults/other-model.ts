import { readFile } from 'node:fs/promises';
import type { ModelSource, Runtime } from '@isobit/exact';
import { blockCount, blockLeaf, blockRange, blockRoot, type Manifest } from '@isobit/model';
import { override } from './override.ts';

/** A worker that runs another model than the one it is asked for, such as a smaller one, and signs for the first. */
export const otherModelRuntime =
  (path: string) =>
  (runtime: Runtime): Runtime =>
    override(runtime, {
      load: async (source, options) => runtime.load(await substitute(source, path), options),
    });

async function substitute(source: ModelSource, path: string): Promise<ModelSource> {
  const bytes = new Uint8Array(await readFile(path));
  const leaves = Array.from({ length: blockCount(bytes.length) }, (_, i) => {
    const { start, end } = blockRange(i, bytes.length);
    return blockLeaf(bytes.subarray(start, end));
  });
  const { entry } = source.manifest;
  const manifest: Manifest = {
    ...source.manifest,
    files: [{ path: entry, size: bytes.length, root: blockRoot(leaves) }],
  };
  return { manifest, read: async () => bytes, locate: async () => path };
}
