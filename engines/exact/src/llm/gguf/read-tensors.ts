import { exactError } from '../../errors.ts';
import type { ModelTensor } from '../model-file.ts';
import type { WeightType } from '../reference/weights/weight-type.ts';
import { type ByteReader, malformed } from './byte-reader.ts';
import { ggufLimits } from './limits.ts';
import type { TensorTypes } from './tensor-types.ts';

/** One tensor of a file: where its bytes lie. */
export interface GgufTensor<Type extends string = WeightType> extends ModelTensor<Type> {
  /** From the beginning of the file's tensor data. */
  readonly offset: number;
}

const refused = (name: string, what: string, details: Record<string, unknown> = {}) =>
  exactError('MODEL_TENSOR', `tensor ${JSON.stringify(name)} ${what}; convert the model again`, {
    tensor: name,
    ...details,
  });

/** @throws CodedError `MODEL_MALFORMED`, `MODEL_TENSOR`, `MODEL_TOO_LARGE` */
export function readTensors<Type extends string>(
  r: ByteReader,
  count: number,
  { alignment, types }: { readonly alignment: number; readonly types: TensorTypes<Type> },
): GgufTensor<Type>[] {
  const names = new Set<string>();
  return Array.from({ length: count }, () => {
    const tensor = readTensor(r, alignment, types);
    if (names.has(tensor.name)) throw refused(tensor.name, 'occurs twice');
    names.add(tensor.name);
    return tensor;
  });
}

function readTensor<Type extends string>(
  r: ByteReader,
  alignment: number,
  types: TensorTypes<Type>,
): GgufTensor<Type> {
  const name = r.text("a tensor's name", ggufLimits.nameBytes);
  const rank = r.u32();
  if (rank < 1 || rank > ggufLimits.rank) throw refused(name, `has ${rank} dimensions instead of 1 to 4`);
  const sizes: number[] = [];
  let elements = 1;
  for (let i = 0; i < rank; i++) {
    const size = r.u64();
    if (size < 1n || BigInt(elements) * size > BigInt(ggufLimits.tensorElements))
      throw refused(name, `states a size of ${size} and so none or more than 2^33 elements`);
    sizes.push(Number(size));
    elements *= Number(size);
  }
  const id = r.u32();
  const type = types(id);
  if (!type) throw refused(name, `has ggml type ${id}, which this profile does not know`, { ggmlType: id });
  if ((sizes[0] as number) % type.elements > 0)
    throw refused(name, `of type ${type.name} has rows of ${sizes[0]}, no multiple of ${type.elements}`);
  const offset = r.u64();
  if (offset > BigInt(Number.MAX_SAFE_INTEGER) || offset % BigInt(alignment) > 0n)
    throw refused(name, `begins at ${offset}, no multiple of ${alignment} within the file`);
  const bytes = (elements / type.elements) * type.bytes;
  return { name, type: type.name, sizes, offset: Number(offset), bytes };
}

/**
 * Each tensor's bytes lie within the data, and no two share a byte.
 *
 * @param available bytes of tensor data in the file
 */
export function checkPlaces(tensors: readonly GgufTensor<string>[], available: number): void {
  let end = 0;
  for (const { name, offset, bytes } of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end) throw refused(name, 'shares bytes with another tensor');
    end = offset + bytes;
    if (end > available)
      throw malformed(`tensor ${JSON.stringify(name)} ends ${end - available} bytes after it, truncated`);
  }
}
