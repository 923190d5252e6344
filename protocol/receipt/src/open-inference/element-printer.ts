import { fromUtf8 } from '@isobit/core';
import type { Datatype } from '@isobit/model';
import { receiptError } from '../errors.ts';
import { splitStrings, type Tensor } from '../tensor.ts';
import { float16Value } from './float16.ts';

/** JSON text of the element at a byte offset. */
type Print = (view: DataView, at: number) => string;

/**
 * The shortest decimal that reads back as the same double (ECMAScript Number::toString). FP16 and FP32 values are
 * doubles, so the text names the value itself, and no reader has to know the datatype.
 */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0.0' : String(value);
}

const HIGHEST = BigInt(Number.MAX_SAFE_INTEGER);

/** 64-bit integers beyond what every reader holds are strings. */
const longText = (value: bigint): string =>
  value > HIGHEST || value < -HIGHEST ? `"${value}"` : String(value);

const PRINTERS: Readonly<Record<Exclude<Datatype, 'BYTES'>, readonly [size: number, print: Print]>> = {
  BOOL: [1, (view, at) => (view.getUint8(at) ? 'true' : 'false')],
  UINT8: [1, (view, at) => String(view.getUint8(at))],
  UINT16: [2, (view, at) => String(view.getUint16(at, true))],
  UINT32: [4, (view, at) => String(view.getUint32(at, true))],
  UINT64: [8, (view, at) => longText(view.getBigUint64(at, true))],
  INT8: [1, (view, at) => String(view.getInt8(at))],
  INT16: [2, (view, at) => String(view.getInt16(at, true))],
  INT32: [4, (view, at) => String(view.getInt32(at, true))],
  INT64: [8, (view, at) => longText(view.getBigInt64(at, true))],
  FP16: [2, (view, at) => floatText(float16Value(view.getUint16(at, true)))],
  FP32: [4, (view, at) => floatText(view.getFloat32(at, true))],
  FP64: [8, (view, at) => floatText(view.getFloat64(at, true))],
};

/**
 * A tensor's elements as the text of one flat JSON array (specs/open-inference.md section 3): what `readElements`
 * reads back to the same bytes.
 *
 * @throws CodedError `INFER_TEXT` for strings that are not UTF-8
 */
export function printElements({ name, datatype, data }: Tensor): string {
  if (datatype === 'BYTES')
    return `[${splitStrings(data)
      .map((bytes) => stringText(name, bytes))
      .join(',')}]`;
  const [size, print] = PRINTERS[datatype];
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const texts: string[] = [];
  for (let at = 0; at < data.length; at += size) texts.push(print(view, at));
  return `[${texts.join(',')}]`;
}

function stringText(name: string, bytes: Uint8Array): string {
  try {
    return JSON.stringify(fromUtf8(bytes));
  } catch {
    throw receiptError(
      'INFER_TEXT',
      `output "${name}" holds strings that are not UTF-8: ask for it with "binary_data": true`,
      { tensor: name },
    );
  }
}
