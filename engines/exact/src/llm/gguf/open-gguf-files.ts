import { exactError } from '../../errors.ts';
import type { ContainerFiles, PlacedTensor } from '../placed-tensors.ts';
import type { WeightType } from '../reference/weights/weight-type.ts';
import { openHeader } from './open-gguf.ts';
import type { GgufHeader } from './read-gguf.ts';
import type { Metadata } from './read-metadata.ts';
import { checkPart, readSplit, wrongPart } from './split-members.ts';
import type { TensorTypes } from './tensor-types.ts';

/** A model in GGUF of which the headers are read, and not one tensor. */
export interface GgufModel<Type extends string = WeightType> {
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, PlacedTensor<Type>>;
  /** Of its files, the entry first. */
  readonly paths: readonly string[];
}

/**
 * Reads the headers of a model in GGUF: of its file, or of all its parts (profile-llm-exact-1 section 12.1).
 *
 * @throws CodedError as `readGguf`; of the source
 */
export async function openGgufFiles<Type extends string>(
  files: ContainerFiles,
  types: TensorTypes<Type>,
  signal?: AbortSignal,
): Promise<GgufModel<Type>> {
  const { entry } = files;
  const first = await readPart(files, entry, types, signal);
  const { metadata } = first.header;
  const tensors = new Map<string, PlacedTensor<Type>>();
  let before = take(tensors, first, 0);
  const split = readSplit(entry, metadata);
  if (!split) return { metadata, tensors, paths: [entry] };
  for (const [i, path] of split.paths.entries()) {
    if (i === 0) continue;
    if (tensors.size > split.tensors) break;
    if (!files.paths.has(path)) throw wrongPart(path, `is a part that ${entry} names, and is absent`);
    const part = await readPart(files, path, types, signal);
    checkPart(path, i + 1, part.header.metadata, metadata);
    before += take(tensors, part, before);
  }
  if (tensors.size === split.tensors) return { metadata, tensors, paths: split.paths };
  const found = tensors.size > split.tensors ? 'more' : tensors.size;
  throw wrongPart(entry, `states ${split.tensors} tensors, and its parts have ${found}`);
}

interface Part<Type extends string> {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly header: GgufHeader<Type>;
}

async function readPart<Type extends string>(
  files: ContainerFiles,
  path: string,
  types: TensorTypes<Type>,
  signal?: AbortSignal,
): Promise<Part<Type>> {
  await using file = await files.open(path);
  const { size } = file;
  const source = { size, read: (at: number, length: number) => file.read(at, at + length) };
  return { path, size, header: await openHeader(source, types, signal) };
}

/**
 * Adds a part's tensors to those of the parts before it.
 *
 * @param before bytes of these
 * @returns bytes of the part
 */
function take<Type extends string>(
  into: Map<string, PlacedTensor<Type>>,
  { path, size, header }: Part<Type>,
  before: number,
): number {
  for (const [name, tensor] of header.tensors) {
    if (into.has(name))
      throw exactError(
        'MODEL_TENSOR',
        `tensor ${JSON.stringify(name)} lies in ${path} and in a part before it`,
        { tensor: name },
      );
    const offset = header.start + tensor.offset;
    into.set(name, { ...tensor, offset: before + offset, place: { path, offset } });
  }
  return size;
}
