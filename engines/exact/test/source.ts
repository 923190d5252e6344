import { blockCount, blockLeaf, blockRange, type Manifest } from '@isobit/model';
import { inspectOnnx, type ModelSource } from '../src/index.ts';
import { memorySource } from '../src/onnx/memory-source.ts';

/** A model in memory under a manifest that states what its file does. */
export function sourceOf(bytes: Uint8Array, extra: Partial<Manifest> = {}): ModelSource {
  const { inputs, outputs } = inspectOnnx(bytes, { exact: false });
  return memorySource(bytes, { inputs: [...inputs], outputs: [...outputs], ...extra });
}

/** A source whose manifest states one input and output, for files that cannot be inspected. */
export const hostileSource = (bytes: Uint8Array): ModelSource =>
  memorySource(bytes, {
    inputs: [{ name: 'x', datatype: 'FP32', shape: [-1] }],
    outputs: [{ name: 'y', datatype: 'FP32', shape: [-1] }],
  });

/** The leaves of a file's block tree. */
export const leavesOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: blockCount(bytes.length) }, (_, index) => {
    const { start, end } = blockRange(index, bytes.length);
    return blockLeaf(bytes.subarray(start, end));
  });
