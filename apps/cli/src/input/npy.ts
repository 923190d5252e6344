import { type Datatype, datatypeSizes } from '@isobit/model';
import { elementCount, type Tensor } from '@isobit/receipt';
import { cliError } from '../errors.ts';

const DTYPES: Readonly<Record<string, Datatype>> = {
  '|b1': 'BOOL',
  '|u1': 'UINT8',
  '|i1': 'INT8',
  '<u2': 'UINT16',
  '<i2': 'INT16',
  '<u4': 'UINT32',
  '<i4': 'INT32',
  '<u8': 'UINT64',
  '<i8': 'INT64',
  '<f2': 'FP16',
  '<f4': 'FP32',
  '<f8': 'FP64',
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const;

/** NumPy writes headers of a hundred bytes; 64 KiB is where its own reader warns. */
const MAX_HEADER = 64 * 1024;

/** A Python dict with three members in any order, as numpy writes it and hand-made files vary it. */
const DICT = /^\{(?<members>.*)\}\s*$/s;
const DESCR = /(?:^|,)\s*'descr'\s*:\s*'(?<descr>[^']{1,8})'\s*(?=,|$)/;
const ORDER = /(?:^|,)\s*'fortran_order'\s*:\s*(?<order>True|False)\s*(?=,|$)/;
const SHAPE = /(?:^|,)\s*'shape'\s*:\s*\((?<dims>[\d,\s]{0,200})\)\s*(?=,|$)/;

/** True for bytes that begin as a .npy file does. */
export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * One array of NumPy's .npy format, versions 1 to 3 (numpy.lib.format): little-endian, C order, numbers and bools.
 *
 * @param name of the input that it becomes
 * @throws CodedError `INPUT_UNREADABLE`
 */
export function readNpy(bytes: Uint8Array, name: string): Tensor {
  if (!isNpy(bytes) || bytes.length < 12) throw refuse('it does not begin with the magic of NumPy');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const major = bytes[6] as number;
  if (major < 1 || major > 3) throw refuse(`format version ${major}, known are 1 to 3`);
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const end = start + length;
  if (length > MAX_HEADER || end > bytes.length) throw refuse('its header is cut short');
  const { datatype, shape } = readHeader(new TextDecoder('latin1').decode(bytes.subarray(start, end)));
  const data = bytes.slice(end);
  const expected = countOf(shape) * datatypeSizes[datatype];
  if (data.length !== expected)
    throw refuse(`${datatype}[${shape}] takes ${expected} bytes, ${data.length} follow the header`);
  if (datatype === 'BOOL' && data.some((byte) => byte > 1)) throw refuse('a bool is neither 0 nor 1');
  return { name, datatype, shape, data };
}

function readHeader(text: string): { datatype: Datatype; shape: number[] } {
  const members = DICT.exec(text)?.groups?.['members'];
  const descr = members && DESCR.exec(members)?.groups?.['descr'];
  const order = members && ORDER.exec(members)?.groups?.['order'];
  const dims = members === undefined ? undefined : SHAPE.exec(members)?.groups?.['dims'];
  if (descr === undefined || order === undefined || dims === undefined)
    throw refuse('its header is none of a plain array (records and objects are not read)');
  const datatype = Object.hasOwn(DTYPES, descr) ? DTYPES[descr] : undefined;
  if (!datatype)
    throw refuse(
      descr.startsWith('>')
        ? `elements of type "${descr}" are big-endian: save it with .astype("<${descr.slice(1)}")`
        : `elements of type "${descr}", where numbers and bools are read`,
    );
  if (order === 'True') throw refuse('it is in Fortran order: save it with numpy.ascontiguousarray');
  return { datatype, shape: shapeOf(dims) };
}

function shapeOf(dims: string): number[] {
  const sizes = dims.split(',').map((size) => size.trim());
  // Python writes (3,) for one dimension.
  if (sizes.at(-1) === '') sizes.pop();
  if (sizes.every((size) => /^\d{1,15}$/.test(size))) return sizes.map(Number);
  throw refuse(`its shape (${dims.slice(0, 60)}) is none`);
}

function countOf(shape: readonly number[]): number {
  try {
    return elementCount(shape);
  } catch (error) {
    throw refuse((error as Error).message);
  }
}

const refuse = (why: string) => cliError('INPUT_UNREADABLE', `the .npy file can't be read: ${why}`);
