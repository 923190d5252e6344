import { datatypeSizes } from '@isobit/model';
import { splitStrings, type Tensor } from '@isobit/receipt';
import { elementText } from '@isobit/verify';

/** Elements up to which a tensor is shown in full. */
const SMALL = 64;
/** Elements shown of a large one, from its beginning and its end. */
const HEAD = 6;
const TAIL = 2;

export const elementsOf = ({ datatype, data }: Tensor): number =>
  datatype === 'BYTES' ? splitStrings(data).length : data.length / datatypeSizes[datatype];

/** A tensor's values in lines: rows of its last dimension while it is small, the ends of it where it is large. */
export function tensorLines(tensor: Tensor): string[] {
  const count = elementsOf(tensor);
  const range = (from: number, to: number): string =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => elementText(tensor, from + i)).join(' ');
  if (count === 0) return ['(empty)'];
  if (count > SMALL) return [`${range(0, HEAD)} … ${range(count - TAIL, count)}  (${count} values)`];
  const row = tensor.shape.at(-1) ?? 1;
  return Array.from({ length: count / row }, (_, i) => range(i * row, (i + 1) * row));
}
