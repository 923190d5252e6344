import type { Datatype } from '@isobit/model';

/** How an ONNX element type is stored and what it is called elsewhere. */
export interface ElementType {
  /** Number in TensorProto.DataType. */
  readonly number: number;
  readonly name: string;
  readonly bits: number;
  /** Typed field that may hold it instead of `raw_data`, and elements for each number there. */
  readonly field: string;
  readonly perNumber: number;
  /** Name in tensors of this protocol; undefined where there is none. */
  readonly datatype?: Datatype;
}

const type = (
  number: number,
  name: string,
  bits: number,
  field: string,
  datatype?: Datatype,
  perNumber = 1,
): ElementType => ({
  number,
  name,
  bits,
  field,
  perNumber,
  ...(datatype ? { datatype } : {}),
});

const table: readonly ElementType[] = [
  type(1, 'FLOAT', 32, 'float_data', 'FP32'),
  type(2, 'UINT8', 8, 'int32_data', 'UINT8'),
  type(3, 'INT8', 8, 'int32_data', 'INT8'),
  type(4, 'UINT16', 16, 'int32_data', 'UINT16'),
  type(5, 'INT16', 16, 'int32_data', 'INT16'),
  type(6, 'INT32', 32, 'int32_data', 'INT32'),
  type(7, 'INT64', 64, 'int64_data', 'INT64'),
  type(8, 'STRING', 0, 'string_data', 'BYTES'),
  type(9, 'BOOL', 8, 'int32_data', 'BOOL'),
  type(10, 'FLOAT16', 16, 'int32_data', 'FP16'),
  type(11, 'DOUBLE', 64, 'double_data', 'FP64'),
  type(12, 'UINT32', 32, 'uint64_data', 'UINT32'),
  type(13, 'UINT64', 64, 'uint64_data', 'UINT64'),
  type(16, 'BFLOAT16', 16, 'int32_data'),
  type(17, 'FLOAT8E4M3FN', 8, 'int32_data'),
  type(18, 'FLOAT8E4M3FNUZ', 8, 'int32_data'),
  type(19, 'FLOAT8E5M2', 8, 'int32_data'),
  type(20, 'FLOAT8E5M2FNUZ', 8, 'int32_data'),
  type(21, 'UINT4', 4, 'int32_data', undefined, 2),
  type(22, 'INT4', 4, 'int32_data', undefined, 2),
];

const byNumber = new Map(table.map((entry) => [entry.number, entry]));

/** The element type of this number, or undefined where the engine has none. */
export const elementType = (number: number): ElementType | undefined => byNumber.get(number);

/**
 * True for the half-width floats. Where the engine lacks a kernel for them it computes in FP32 between casts that
 * it inserts, and drops those between two such nodes unless the value between them is an output
 * (specs/profile-onnx-exact-1.md section 4).
 */
export const isHalf = (number: number): boolean => number === 10 || number === 16;
