import { bfloatToFloat, halfToFloat } from '../math/half.ts';
import type { Block } from './block.ts';
import { unpackQ40, unpackQ41, unpackQ50, unpackQ51, unpackQ80 } from './unpack-32.ts';
import { unpackQ4K, unpackQ5K, unpackQ6K } from './unpack-256.ts';
import { type BlockType, type FloatType, weightTypes } from './weight-type.ts';

const blockReaders: Record<BlockType, (view: DataView) => Block[]> = {
  Q8_0: (view) => [unpackQ80(view)],
  Q4_0: (view) => [unpackQ40(view)],
  Q4_1: (view) => [unpackQ41(view)],
  Q5_0: (view) => [unpackQ50(view)],
  Q5_1: (view) => [unpackQ51(view)],
  Q4_K: unpackQ4K,
  Q5_K: unpackQ5K,
  Q6_K: unpackQ6K,
};

const floatReaders: Record<FloatType, (view: DataView, i: number) => number> = {
  F32: (view, i) => view.getFloat32(4 * i, true),
  F16: (view, i) => halfToFloat(view.getUint16(2 * i, true)),
  BF16: (view, i) => bfloatToFloat(view.getUint16(2 * i, true)),
};

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Blocks of 32 of whole blocks of the file. */
export function unpackBlocks(type: BlockType, bytes: Uint8Array): Block[] {
  const size = weightTypes[type].bytes;
  return Array.from({ length: bytes.length / size }, (_, i) =>
    blockReaders[type](viewOf(bytes.subarray(i * size, (i + 1) * size))),
  ).flat();
}

export function unpackFloats(type: FloatType, bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  const read = floatReaders[type];
  return Float32Array.from({ length: bytes.length / weightTypes[type].bytes }, (_, i) => read(view, i));
}
