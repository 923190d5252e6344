import { printable } from '@isobit/core';
import { elementCount, type Tensor } from '@isobit/receipt';
import { elementText } from '@isobit/verify';

/** A tensor for people: its head and its first values. */
export interface TensorSummary {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly count: number;
  /** The first of them, as text. */
  readonly values: readonly string[];
}

/** Enough for the classes of a small model, little enough to read. */
const SHOWN_VALUES = 16;

/** @throws CodedError `TENSOR_INVALID` */
export function summarizeTensor(tensor: Tensor): TensorSummary {
  const { name, datatype, shape } = tensor;
  const count = elementCount(shape);
  const values = Array.from({ length: Math.min(count, SHOWN_VALUES) }, (_, i) =>
    printable(elementText(tensor, i), 100),
  );
  return { name: printable(name), datatype, shape, count, values };
}
