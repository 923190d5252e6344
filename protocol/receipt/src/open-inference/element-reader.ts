import { utf8 } from '@isobit/core';
import { type Datatype, datatypeSizes } from '@isobit/model';
import { joinStrings } from '../tensor.ts';
import { float16Bits } from './float16.ts';

/** Writes one JSON value; false where the datatype has no such value. */
type Put = (view: DataView, at: number, value: unknown) => boolean;

type Fixed = Exclude<Datatype, 'BYTES'>;

/** What is expected of an element, for messages, and how it is written. */
interface Reader {
  readonly expects: string;
  readonly put: Put;
}

function whole(low: number, high: number, put: (view: DataView, at: number, value: number) => void): Reader {
  return {
    expects: `an integer from ${low} to ${high}`,
    put(view, at, value) {
      if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) return false;
      put(view, at, value as number);
      return true;
    },
  };
}

const DECIMAL = /^(?:0|-?[1-9][0-9]{0,19})$/;

/** 64-bit integers: numbers while a double holds them for certain, decimal strings always. */
function long(low: bigint, high: bigint): Reader {
  return {
    expects: `an integer from ${low} to ${high}, as a string from 2^53 on`,
    put(view, at, value) {
      const spelled = typeof value === 'string' ? DECIMAL.test(value) : Number.isSafeInteger(value);
      if (!spelled) return false;
      const integer = BigInt(value as string | number);
      if (integer < low || integer > high) return false;
      view.setBigInt64(at, BigInt.asIntN(64, integer), true);
      return true;
    },
  };
}

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** Floats: `round` gives the datatype's nearest value; a finite number never becomes an infinity. */
function float(
  round: (value: number) => number,
  put: (view: DataView, at: number, value: number) => void,
): Reader {
  return {
    expects: 'a number in its range, "NaN", "Infinity" or "-Infinity"',
    put(view, at, value) {
      if (typeof value === 'string') {
        const special = Object.hasOwn(SPECIAL, value) ? SPECIAL[value] : undefined;
        if (special === undefined) return false;
        put(view, at, special);
        return true;
      }
      if (typeof value !== 'number' || !Number.isFinite(round(value))) return false;
      put(view, at, value);
      return true;
    },
  };
}

const READERS: Readonly<Record<Fixed, Reader>> = {
  BOOL: {
    expects: 'true or false',
    put(view, at, value) {
      if (typeof value !== 'boolean') return false;
      view.setUint8(at, value ? 1 : 0);
      return true;
    },
  },
  UINT8: whole(0, 255, (view, at, value) => view.setUint8(at, value)),
  UINT16: whole(0, 65_535, (view, at, value) => view.setUint16(at, value, true)),
  UINT32: whole(0, 2 ** 32 - 1, (view, at, value) => view.setUint32(at, value, true)),
  UINT64: long(0n, 2n ** 64n - 1n),
  INT8: whole(-128, 127, (view, at, value) => view.setInt8(at, value)),
  INT16: whole(-32_768, 32_767, (view, at, value) => view.setInt16(at, value, true)),
  INT32: whole(-(2 ** 31), 2 ** 31 - 1, (view, at, value) => view.setInt32(at, value, true)),
  INT64: long(-(2n ** 63n), 2n ** 63n - 1n),
  FP16: float(
    (value) => (Math.abs(value) < 65_520 ? value : Number.POSITIVE_INFINITY),
    (view, at, value) => view.setUint16(at, float16Bits(value), true),
  ),
  FP32: float(Math.fround, (view, at, value) => view.setFloat32(at, value, true)),
  FP64: float(
    (value) => value,
    (view, at, value) => view.setFloat64(at, value, true),
  ),
};

/**
 * Bytes of JSON elements (specs/open-inference.md section 3), in the form of `Tensor.data`.
 *
 * @param rows elements in row-major order, in as many arrays as they came in
 * @param count elements of all rows together
 * @param refuse is told the flat index of the first element that does not fit and what fits; it throws
 */
export function readElements(
  datatype: Datatype,
  rows: readonly (readonly unknown[])[],
  count: number,
  refuse: (index: number, expects: string) => never,
): Uint8Array {
  if (datatype === 'BYTES') return readStrings(rows, refuse);
  const size = datatypeSizes[datatype];
  const { put, expects } = READERS[datatype];
  const data = new Uint8Array(count * size);
  const view = new DataView(data.buffer);
  let index = 0;
  for (const row of rows) {
    for (const value of row) {
      if (!put(view, index * size, value)) refuse(index, expects);
      index++;
    }
  }
  return data;
}

function readStrings(
  rows: readonly (readonly unknown[])[],
  refuse: (index: number, expects: string) => never,
): Uint8Array {
  const strings = rows.flat().map((value, index) => {
    if (typeof value !== 'string' || !value.isWellFormed())
      return refuse(index, 'a string of whole characters');
    return utf8(value);
  });
  return joinStrings(strings);
}
