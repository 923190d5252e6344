import { fromUtf8, utf8 } from '@isobit/core';
import type { Datatype } from '@isobit/model';
import { canonicalNaN, joinStrings, splitStrings, type Tensor } from '@isobit/receipt';
import { exactError } from '../errors.ts';

/** What onnxruntime calls a tensor, in every one of its packages. */
export interface OrtValue {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** Makes a tensor of an onnxruntime package. */
export type OrtTensorConstructor<T extends OrtValue> = new (
  type: never,
  data: never,
  dims: readonly number[],
) => T;

interface Kind {
  readonly ort: string;
  /** Type of the array that the engine takes. */
  readonly array: new (
    buffer: ArrayBufferLike,
    offset: number,
    length: number,
  ) => ArrayBufferView;
  readonly bytes: number;
}

const kinds: Readonly<Record<Exclude<Datatype, 'BYTES'>, Kind>> = {
  BOOL: { ort: 'bool', array: Uint8Array, bytes: 1 },
  UINT8: { ort: 'uint8', array: Uint8Array, bytes: 1 },
  UINT16: { ort: 'uint16', array: Uint16Array, bytes: 2 },
  UINT32: { ort: 'uint32', array: Uint32Array, bytes: 4 },
  UINT64: { ort: 'uint64', array: BigUint64Array, bytes: 8 },
  INT8: { ort: 'int8', array: Int8Array, bytes: 1 },
  INT16: { ort: 'int16', array: Int16Array, bytes: 2 },
  INT32: { ort: 'int32', array: Int32Array, bytes: 4 },
  INT64: { ort: 'int64', array: BigInt64Array, bytes: 8 },
  // The engine's own choice where the runtime has no Float16Array; it reinterprets the bits where there is one.
  FP16: { ort: 'float16', array: Uint16Array, bytes: 2 },
  FP32: { ort: 'float32', array: Float32Array, bytes: 4 },
  FP64: { ort: 'float64', array: Float64Array, bytes: 8 },
};

const datatypeOf = new Map<string, Datatype>([
  ['string', 'BYTES'],
  ...Object.entries(kinds).map(([datatype, kind]) => [kind.ort, datatype as Datatype] as const),
]);

/** The datatype of an engine's type name, or undefined where tensors here have none. */
export const datatypeOfOrt = (type: string): Datatype | undefined => datatypeOf.get(type);

/** @throws CodedError `INPUT_STRING` */
export function toOrt<T extends OrtValue>(tensor: Tensor, Constructor: OrtTensorConstructor<T>): T {
  const { datatype, data, shape } = tensor;
  if (datatype === 'BYTES') return new Constructor('string' as never, decodeStrings(tensor) as never, shape);
  const kind = kinds[datatype];
  // Typed arrays start at a multiple of their element's size.
  const aligned = data.byteOffset % kind.bytes === 0 ? data : data.slice();
  const view = new kind.array(aligned.buffer, aligned.byteOffset, aligned.length / kind.bytes);
  return new Constructor(kind.ort as never, view as never, shape);
}

function decodeStrings(tensor: Tensor): string[] {
  return splitStrings(tensor.data).map((bytes) => {
    try {
      const text = fromUtf8(bytes);
      if (!text.includes('\0')) return text;
    } catch {
      // falls through to the one error
    }
    throw exactError(
      'INPUT_STRING',
      `input "${tensor.name}" holds a string that is not UTF-8 or has a NUL: encode it, in base64 for one`,
      { input: tensor.name },
    );
  });
}

/** The engine's value as a tensor of its own bytes, NaN canonical. The datatype must be known. */
export function fromOrt(name: string, value: OrtValue): Tensor {
  const datatype = datatypeOf.get(value.type) as Datatype;
  const shape = value.dims.map(Number);
  if (datatype === 'BYTES')
    return { name, datatype, shape, data: joinStrings((value.data as string[]).map(utf8)) };
  const view = value.data as ArrayBufferView;
  return canonicalNaN({
    name,
    datatype,
    shape,
    data: new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
  });
}
