import { exactError } from '../../../errors.ts';
import { type Block, blockValues } from './block.ts';
import { unpackBlocks, unpackFloats } from './unpack.ts';
import { isFloatType, type WeightType, weightTypes } from './weight-type.ts';

/** One row of weights: floats, or blocks of 32 integers. */
export type Row = Float32Array | readonly Block[];

/** A matrix of `rows` outputs by `columns` inputs, unpacked. */
export interface Matrix {
  readonly type: WeightType;
  readonly columns: number;
  readonly rows: readonly Row[];
}

const finite = (row: Row): boolean =>
  row instanceof Float32Array
    ? row.every(Number.isFinite)
    : row.every(({ scale, offset = 0 }) => Number.isFinite(scale) && Number.isFinite(offset));

/**
 * Unpacks a matrix as it lies in a file.
 *
 * @param name for errors
 * @param bytes as many as rows and columns ask; columns a multiple of the type's block
 * @throws CodedError `MODEL_WEIGHTS` a weight, scale or offset is infinite or NaN
 */
export function createMatrix(options: {
  name: string;
  type: WeightType;
  columns: number;
  bytes: Uint8Array;
}): Matrix {
  const { name, type, columns, bytes } = options;
  const { elements, bytes: blockBytes } = weightTypes[type];
  const rowBytes = (columns / elements) * blockBytes;
  const rows = Array.from({ length: bytes.length / rowBytes }, (_, i) => {
    const part = bytes.subarray(i * rowBytes, (i + 1) * rowBytes);
    const row = isFloatType(type) ? unpackFloats(type, part) : unpackBlocks(type, part);
    if (finite(row)) return row;
    throw exactError(
      'MODEL_WEIGHTS',
      `row ${i} of ${name} holds a weight or scale that is infinite or NaN: the file is damaged or hostile`,
      { tensor: name, row: i },
    );
  });
  return { type, columns, rows };
}

/** Row `index` as binary32: an embedding look-up. */
export function rowValues(matrix: Matrix, index: number): Float32Array {
  const row = matrix.rows[index] as Row;
  if (row instanceof Float32Array) return row.slice();
  return Float32Array.from(row.flatMap((block) => [...blockValues(block)]));
}
