import { exactError } from '../../errors.ts';
import type { ModelTensor } from '../model-file.ts';
import { weightTypeOf, weightTypes } from '../reference/weights/weight-type.ts';
import { type ByteReader, malformed } from './byte-reader.ts';
import { ggufLimits } from './limits.ts';

/** One tensor of a file: where its bytes lie. */
export interface GgufTensor extends ModelTensor {
  /** From the beginning of the file's tensor data. */
  readonly offset: number;
}

const refused = (name: string, what: string) =>
  exactError('MODEL_TENSOR', `tensor ${JSON.stringify(name)} ${what}; convert the model again`, {
    tensor: name,
  });

/** @throws CodedError `MODEL_MALFORMED`, `MODEL_TENSOR`, `MODEL_TOO_LARGE` */
export function readTensors(r: ByteReader, count: number, alignment: number): GgufTensor[] {
  const names = new Set<string>();
  return Array.from({ length: count }, () => {
    const tensor = readTensor(r, alignment);
    if (names.has(tensor.name)) throw refused(tensor.name, 'occurs twice');
    names.add(tensor.name);
    return tensor;
  });
}

function readTensor(r: ByteReader, alignment: number): GgufTensor {
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
  const type = weightTypeOf(id);
  if (!type) throw refused(name, `has ggml type ${id}, which this profile does not know`);
  const block = weightTypes[type];
  if ((sizes[0] as number) % block.elements > 0)
    throw refused(name, `of type ${type} has rows of ${sizes[0]}, no multiple of ${block.elements}`);
  const offset = r.u64();
  if (offset > BigInt(Number.MAX_SAFE_INTEGER) || offset % BigInt(alignment) > 0n)
    throw refused(name, `begins at ${offset}, no multiple of ${alignment} within the file`);
  return { name, type, sizes, offset: Number(offset), bytes: (elements / block.elements) * block.bytes };
}

/**
 * Each tensor's bytes lie within the data, and no two share a byte.
 *
 * @param available bytes of tensor data in the file
 */
export function checkPlaces(tensors: readonly GgufTensor[], available: number): void {
  let end = 0;
  for (const { name, offset, bytes } of tensors.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < end) throw refused(name, 'shares bytes with another tensor');
    end = offset + bytes;
    if (end > available)
      throw malformed(`tensor ${JSON.stringify(name)} ends ${end - available} bytes after it, truncated`);
  }
}
