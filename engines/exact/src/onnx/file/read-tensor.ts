import type { OnnxTensor } from './model.ts';
import { many, one, type WireReader } from './wire.ts';

const isZeroByte = (bytes: Uint8Array | undefined): boolean => bytes?.length === 1 && bytes[0] === 0;

export function readTensor(r: WireReader): OnnxTensor {
  const tensor: OnnxTensor = {
    name: '',
    elementType: 0,
    dims: [],
    typed: new Map(),
    strings: [],
    external: false,
    maybeTrue: false,
  };
  const typed = (field: string, width: 0 | 4 | 8) =>
    many.counted(width, (count, packed) => {
      tensor.typed.set(field, (tensor.typed.get(field) ?? 0) + count);
      tensor.maybeTrue ||= !isZeroByte(packed);
    });
  r.each('TensorProto', {
    1: many.varints((value) => tensor.dims.push(value)),
    2: one.varint((value) => (tensor.elementType = Number(value))),
    4: typed('float_data', 4),
    5: typed('int32_data', 0),
    6: many.bytes((value) => tensor.strings.push(value)),
    7: typed('int64_data', 0),
    8: one.text((value) => (tensor.name = value)),
    9: one.bytes((value) => {
      tensor.raw = value;
      tensor.maybeTrue ||= !isZeroByte(value);
    }),
    10: typed('double_data', 8),
    11: typed('uint64_data', 0),
    12: one.skipped,
    13: many.message(() => (tensor.external = true)),
    14: one.varint((value) => (tensor.external ||= value !== 0n)),
    16: many.skipped,
  });
  return tensor;
}
