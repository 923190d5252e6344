import { limits } from '@isobit/core';
import { exactError } from '../../errors.ts';
import type { OnnxType, OnnxValue } from './model.ts';
import { many, one, type WireReader } from './wire.ts';

export function readValue(r: WireReader): OnnxValue {
  const value: OnnxValue = { name: '', type: { kind: 'absent', elementType: 0, mentions: [] } };
  r.each('ValueInfoProto', {
    1: one.text((name) => (value.name = name)),
    2: one.message((m) => (value.type = readType(m, 0))),
    3: one.skipped,
    4: many.skipped,
  });
  return value;
}

export function readType(r: WireReader, depth: number): OnnxType {
  if (depth > limits.onnxGraphDepth)
    throw exactError('MODEL_TOO_LARGE', `the model nests types deeper than ${limits.onnxGraphDepth}`);
  const type: OnnxType = { kind: 'absent', elementType: 0, mentions: [] };
  const become = (kind: OnnxType['kind']) => {
    if (type.kind !== 'absent')
      throw exactError('MODEL_MALFORMED', 'not an ONNX file: a type is two things at once');
    type.kind = kind;
  };
  const inner = (m: WireReader) => type.mentions.push(...readType(m, depth + 1).mentions);
  const array = (kind: 'tensor' | 'sparse') =>
    one.message((m) => {
      become(kind);
      m.each('TypeProto.Tensor', {
        1: one.varint((value) => {
          type.elementType = Number(value);
          type.mentions.push(type.elementType);
        }),
        2: one.message((shape) => (type.shape = readShape(shape))),
      });
    });
  const holder = (kind: 'sequence' | 'optional') =>
    one.message((m) => {
      become(kind);
      m.each('TypeProto.Sequence', { 1: one.message(inner) });
    });
  r.each('TypeProto', {
    1: array('tensor'),
    4: holder('sequence'),
    5: one.message((m) => {
      become('map');
      m.each('TypeProto.Map', { 1: one.skipped, 2: one.message(inner) });
    }),
    6: one.skipped,
    7: one.message(() => become('opaque')),
    8: array('sparse'),
    9: holder('optional'),
  });
  return type;
}

function readShape(r: WireReader): bigint[] {
  const shape: bigint[] = [];
  r.each('TensorShapeProto', {
    1: many.message((m) => {
      let size = -1n;
      m.each('TensorShapeProto.Dimension', {
        1: one.varint((value) => (size = value)),
        2: one.skipped,
        3: one.skipped,
      });
      shape.push(size < 0n ? -1n : size);
    }),
  });
  return shape;
}
