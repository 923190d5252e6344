/**
 * Element types of tensors, by their Open Inference Protocol v2 names, with bytes per element. `BYTES` elements
 * are strings of any length.
 */
export const datatypeSizes = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: 0,
} as const;

export type Datatype = keyof typeof datatypeSizes;

export const datatypes = Object.keys(datatypeSizes) as readonly Datatype[];

export const isDatatype = (value: unknown): value is Datatype =>
  typeof value === 'string' && Object.hasOwn(datatypeSizes, value);
