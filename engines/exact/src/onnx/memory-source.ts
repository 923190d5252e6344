import { blockCount, blockLeaf, blockRange, blockRoot, type Manifest } from '@isobit/model';
import type { ModelSource } from '../runtime.ts';

type Stated = Pick<Manifest, 'inputs' | 'outputs'> & Partial<Manifest>;

/** A model of one file that lies in memory, under a manifest of nobody: for self-tests, benchmarks and tests. */
export const memorySource = (bytes: Uint8Array, stated: Stated): ModelSource => ({
  manifest: {
    isobit: 'manifest/1',
    title: 'model',
    format: 'onnx',
    task: 'test',
    files: [{ path: 'model.onnx', size: bytes.length, root: rootOf(bytes) }],
    entry: 'model.onnx',
    licence: 'unknown',
    publisher: `0x${'0'.repeat(40)}`,
    ...stated,
  },
  read: async () => bytes,
});

const rootOf = (bytes: Uint8Array): string =>
  blockRoot(
    Array.from({ length: blockCount(bytes.length) }, (_, index) => {
      const { start, end } = blockRange(index, bytes.length);
      return blockLeaf(bytes.subarray(start, end));
    }),
  );
