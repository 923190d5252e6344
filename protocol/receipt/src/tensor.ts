import { field, fromBase64, limits, printable, toBase64 } from '@isobit/core';
import { type Datatype, datatypeSizes, datatypes } from '@isobit/model';
import * as v from 'valibot';
import { receiptError } from './errors.ts';

/** A tensor in memory. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  /** Sizes of the dimensions, slowest first; empty for a scalar. */
  readonly shape: readonly number[];
  /**
   * Elements in row-major order, little-endian. BOOL is one byte, 0 or 1. BYTES elements are each a 32-bit
   * little-endian length and that many bytes (the binary extension of the Open Inference Protocol).
   */
  readonly data: Uint8Array;
}

/** A tensor in a canonical document: the same with its bytes in base64. */
export const tensorSchema = v.strictObject({
  name: field.name,
  datatype: v.picklist(datatypes),
  shape: v.pipe(v.array(field.count), v.maxLength(limits.tensorRank)),
  data: v.string(),
});

export type TensorDocument = v.InferOutput<typeof tensorSchema>;

/**
 * Elements of a shape: 1 for a scalar. The running product, first dimension first, never passes the limit.
 *
 * @throws CodedError `TENSOR_INVALID` above `limits.tensorElements` or `limits.tensorRank`
 */
export function elementCount(shape: readonly number[]): number {
  if (shape.length > limits.tensorRank)
    throw receiptError('TENSOR_INVALID', `shape of ${shape.length} dimensions, at most ${limits.tensorRank}`);
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0)
      throw receiptError('TENSOR_INVALID', `shape [${shape}] holds ${size}, which is no size`);
    count *= size;
    if (count > limits.tensorElements)
      throw receiptError(
        'TENSOR_INVALID',
        `shape [${shape}] has more than ${limits.tensorElements} elements`,
      );
  }
  return count;
}

/**
 * Checks that bytes, shape and datatype agree and that the spelling is the canonical one: BOOL bytes 0 or 1,
 * NaN the one quiet NaN, BYTES lengths exact.
 *
 * @throws CodedError `TENSOR_INVALID`
 */
export function checkTensor(tensor: Tensor): Tensor {
  const { name, datatype, shape, data } = tensor;
  const count = elementCount(shape);
  const fail = (why: string) =>
    receiptError('TENSOR_INVALID', `tensor "${printable(name)}" ${datatype}[${shape}]: ${why}`, {
      tensor: printable(name),
    });
  if (datatype === 'BYTES') {
    if (countStrings(data) !== count) throw fail(`its bytes are not ${count} length-prefixed strings`);
    return tensor;
  }
  const expected = count * datatypeSizes[datatype];
  if (data.length !== expected) throw fail(`${expected} bytes expected, ${data.length} given`);
  if (datatype === 'BOOL' && data.some((byte) => byte > 1)) throw fail('a BOOL byte is neither 0 nor 1');
  if (hasForeignNaN(datatype, data)) throw fail('a NaN is not the canonical quiet NaN');
  return tensor;
}

/** Number of length-prefixed strings, or -1 when the lengths do not end where the bytes do. */
function countStrings(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let count = 0;
  let at = 0;
  while (at + 4 <= data.length) {
    at += 4 + view.getUint32(at, true);
    count++;
  }
  return at === data.length ? count : -1;
}

/** Strings of a BYTES tensor, as bytes. */
export function splitStrings(data: Uint8Array): Uint8Array[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const out: Uint8Array[] = [];
  for (let at = 0; at + 4 <= data.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    out.push(data.subarray(at + 4, end));
    at = end;
  }
  return out;
}

/** Bytes of a BYTES tensor. */
export function joinStrings(strings: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(strings.reduce((sum, s) => sum + 4 + s.length, 0));
  const view = new DataView(out.buffer);
  let at = 0;
  for (const s of strings) {
    view.setUint32(at, s.length, true);
    out.set(s, at + 4);
    at += 4 + s.length;
  }
  return out;
}

/** The canonical quiet NaN of each float type: positive, with the first mantissa bit alone. */
const NAN = { FP16: 0x7e00, FP32: 0x7fc00000, FP64: 0x7ff8000000000000n } as const;

/** Visits each NaN of a float tensor's little-endian bytes; `visit` gets its byte offset. */
function eachNaN(
  datatype: Datatype,
  data: Uint8Array,
  visit: (view: DataView, at: number) => boolean,
): boolean {
  if (datatype !== 'FP16' && datatype !== 'FP32' && datatype !== 'FP64') return false;
  if (!holdsNaN(datatype, data)) return false;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const step = datatypeSizes[datatype];
  for (let at = 0; at + step <= data.length; at += step) {
    if (isNaNAt(datatype, view, at) && visit(view, at)) return true;
  }
  return false;
}

const FLOAT_ARRAYS = { FP16: Uint16Array, FP32: Float32Array, FP64: Float64Array } as const;

/** False where no element is a NaN; seven times quicker than looking at each through a view, and nearly always so. */
function holdsNaN(datatype: 'FP16' | 'FP32' | 'FP64', data: Uint8Array): boolean {
  const step = datatypeSizes[datatype];
  // Typed arrays start at a multiple of their element's size.
  if (data.byteOffset % step !== 0) return true;
  const values = new FLOAT_ARRAYS[datatype](
    data.buffer as ArrayBuffer,
    data.byteOffset,
    Math.floor(data.length / step),
  );
  if (datatype === 'FP16') return values.some((bits) => (bits & 0x7fff) > 0x7c00);
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

function isNaNAt(datatype: 'FP16' | 'FP32' | 'FP64', view: DataView, at: number): boolean {
  if (datatype === 'FP64') return Number.isNaN(view.getFloat64(at, true));
  if (datatype === 'FP32') return Number.isNaN(view.getFloat32(at, true));
  // Half precision: exponent all ones, mantissa not zero; the sign is the bit above.
  return (view.getUint16(at, true) & 0x7fff) > 0x7c00;
}

const hasForeignNaN = (datatype: Datatype, data: Uint8Array): boolean =>
  eachNaN(datatype, data, (view, at) => {
    if (datatype === 'FP16') return view.getUint16(at, true) !== NAN.FP16;
    if (datatype === 'FP32') return view.getUint32(at, true) !== NAN.FP32;
    return view.getBigUint64(at, true) !== NAN.FP64;
  });

/** The tensor with every NaN replaced by the canonical one; the same object when there is nothing to replace. */
export function canonicalNaN(tensor: Tensor): Tensor {
  if (!hasForeignNaN(tensor.datatype, tensor.data)) return tensor;
  const data = tensor.data.slice();
  eachNaN(tensor.datatype, data, (view, at) => {
    if (tensor.datatype === 'FP16') view.setUint16(at, NAN.FP16, true);
    else if (tensor.datatype === 'FP32') view.setUint32(at, NAN.FP32, true);
    else view.setBigUint64(at, NAN.FP64, true);
    return false;
  });
  return { ...tensor, data };
}

/** @throws CodedError `TENSOR_INVALID` */
export function tensorToDocument(tensor: Tensor): TensorDocument {
  const { name, datatype, shape, data } = checkTensor(tensor);
  return { name, datatype, shape: [...shape], data: toBase64(data) };
}

/** @throws CodedError `TENSOR_INVALID` */
export function tensorFromDocument(document: TensorDocument): Tensor {
  let data: Uint8Array;
  try {
    data = fromBase64(document.data);
  } catch {
    throw receiptError(
      'TENSOR_INVALID',
      `tensor "${printable(document.name)}": its data is not standard base64`,
    );
  }
  return checkTensor({ ...document, data });
}
