import type { onnx } from 'onnx-proto';
import onnxProto from 'onnx-proto';

/** Builds ONNX files for tests: a thin layer over onnx-proto. */
const proto = onnxProto.onnx;

export const ELEMENT = proto.TensorProto.DataType;

export type Dim = number | string | undefined;

/** Type and name of a graph's input or output; a text is a symbolic size, undefined one that is not stated. */
export const value = (name: string, elemType: number, dims: readonly Dim[]): onnx.IValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType,
      shape: {
        dim: dims.map((size) =>
          typeof size === 'string' ? { dimParam: size } : size === undefined ? {} : { dimValue: size },
        ),
      },
    },
  },
});

export type Attributes = Readonly<
  Record<
    string,
    number | bigint | string | readonly number[] | onnx.ITensorProto | onnx.IGraphProto | { float: number }
  >
>;

const KIND = proto.AttributeProto.AttributeType;

function attribute([name, given]: [string, Attributes[string]]): onnx.IAttributeProto {
  if (typeof given === 'number' || typeof given === 'bigint')
    return { name, type: KIND.INT, i: Number(given) };
  if (typeof given === 'string') return { name, type: KIND.STRING, s: Buffer.from(given) };
  if (Array.isArray(given)) return { name, type: KIND.INTS, ints: given };
  if ('float' in given) return { name, type: KIND.FLOAT, f: given.float };
  if ('node' in given) return { name, type: KIND.GRAPH, g: given as onnx.IGraphProto };
  return { name, type: KIND.TENSOR, t: given as onnx.ITensorProto };
}

/** A node; `name` defaults to none. */
export const node = (
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Attributes = {},
  extra: onnx.INodeProto = {},
): onnx.INodeProto => ({
  opType,
  input: [...input],
  output: [...output],
  attribute: Object.entries(attributes).map(attribute),
  ...extra,
});

/** A stored tensor of raw bytes. */
export const constant = (
  name: string,
  dataType: number,
  dims: readonly number[],
  data: ArrayBufferView,
): onnx.ITensorProto => ({
  name,
  dataType,
  dims: [...dims],
  rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
});

export const floats = (name: string, dims: readonly number[], values: readonly number[]): onnx.ITensorProto =>
  constant(name, ELEMENT.FLOAT, dims, Float32Array.from(values));

export const longs = (name: string, dims: readonly number[], values: readonly number[]): onnx.ITensorProto =>
  constant(name, ELEMENT.INT64, dims, BigInt64Array.from(values, BigInt));

/** File bytes of a model. */
export function model(graph: onnx.IGraphProto, extra: onnx.IModelProto = {}): Uint8Array {
  const encoded = proto.ModelProto.encode({
    irVersion: 8,
    producerName: 'isobit-test',
    opsetImport: [{ domain: '', version: 17 }],
    graph: { name: 'g', ...graph },
    ...extra,
  }).finish();
  // Out of the encoder's pool: a Buffer's slice would share its bytes.
  return Uint8Array.from(encoded);
}

/** Raw fields of protobuf, for files that no encoder writes: length-delimited field `number`. */
export function rawField(number: number, content: Uint8Array): Uint8Array {
  const length: number[] = [];
  let left = content.length;
  for (; left > 127; left = Math.floor(left / 128)) length.push((left % 128) | 128);
  return Uint8Array.of((number << 3) | 2, ...length, left, ...content);
}
