import { datatypeSizes } from '@isobit/model';
import {
  type Response,
  responseTensors,
  splitStrings,
  type Tensor,
  type TensorsResponse,
} from '@isobit/receipt';
import type { Difference, TensorDifference } from '../verdict.ts';
import { firstTextDifference } from './text-difference.ts';

/**
 * Where two responses to one request first differ, by the documents alone.
 *
 * @returns undefined where they are equal, or of two kinds
 */
export function firstDifferingValue(claimed: Response, computed: Response): Difference | undefined {
  if (claimed.kind === 'text')
    return computed.kind === 'text' ? firstTextDifference(claimed, computed) : undefined;
  return computed.kind === 'text' ? undefined : firstDifferingElementOf(claimed, computed);
}

/** The first output, and in it the first element, that differs. */
function firstDifferingElementOf(
  claimed: TensorsResponse,
  computed: TensorsResponse,
): TensorDifference | undefined {
  const a = responseTensors(claimed);
  const b = responseTensors(computed);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const x = a[i];
    const y = b[i];
    if (!x || !y || head(x) !== head(y))
      return { tensor: (x ?? y)?.name ?? '', claimed: head(x), computed: head(y) };
    const index = firstDifferingElement(x, y);
    if (index !== undefined)
      return { tensor: x.name, index, claimed: elementText(x, index), computed: elementText(y, index) };
  }
  return undefined;
}

const head = (tensor: Tensor | undefined): string =>
  tensor ? `${tensor.name} ${tensor.datatype}[${tensor.shape.join(',')}]` : 'nothing';

function firstDifferingElement(a: Tensor, b: Tensor): number | undefined {
  if (a.datatype === 'BYTES') {
    const x = splitStrings(a.data);
    const y = splitStrings(b.data);
    const at = x.findIndex((s, i) => !sameBytes(s, y[i] ?? new Uint8Array()));
    return at < 0 ? undefined : at;
  }
  const at = a.data.findIndex((byte, i) => byte !== b.data[i]);
  return at < 0 ? undefined : Math.floor(at / datatypeSizes[a.datatype]);
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** One element as text that tells any two different bit patterns apart. */
export function elementText(tensor: Tensor, index: number): string {
  const { datatype, data } = tensor;
  if (datatype === 'BYTES')
    return JSON.stringify(new TextDecoder().decode(splitStrings(data)[index]?.subarray(0, 80)));
  const size = datatypeSizes[datatype];
  const view = new DataView(data.buffer, data.byteOffset + index * size, size);
  switch (datatype) {
    case 'BOOL':
      return String(view.getUint8(0) === 1);
    case 'UINT8':
      return String(view.getUint8(0));
    case 'INT8':
      return String(view.getInt8(0));
    case 'UINT16':
      return String(view.getUint16(0, true));
    case 'INT16':
      return String(view.getInt16(0, true));
    case 'UINT32':
      return String(view.getUint32(0, true));
    case 'INT32':
      return String(view.getInt32(0, true));
    case 'UINT64':
      return String(view.getBigUint64(0, true));
    case 'INT64':
      return String(view.getBigInt64(0, true));
    case 'FP16':
      return floatText(halfToNumber(view.getUint16(0, true)));
    case 'FP32':
      return shortestSingle(view.getFloat32(0, true));
    case 'FP64':
      return floatText(view.getFloat64(0, true));
  }
}

/** The shortest decimal that reads back as the same 32-bit float. */
function shortestSingle(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(short), value)) return floatText(short);
  }
  return floatText(value);
}

const floatText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 0x1f) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
