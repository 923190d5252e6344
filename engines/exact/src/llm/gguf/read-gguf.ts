import { exactError } from '../../errors.ts';
import type { ModelFile } from '../model-file.ts';
import type { WeightType } from '../reference/weights/weight-type.ts';
import { ByteReader, malformed } from './byte-reader.ts';
import { ggufLimits } from './limits.ts';
import { type Metadata, readMetadata } from './read-metadata.ts';
import { checkPlaces, type GgufTensor, readTensors } from './read-tensors.ts';
import { exactTypes, type TensorTypes } from './tensor-types.ts';

export type { GgufTensor } from './read-tensors.ts';

/** A GGUF file, read: its metadata, and where each tensor lies. */
export type Gguf = ModelFile<GgufTensor>;

const MAGIC = 0x46554747;
const DEFAULT_ALIGNMENT = 32;

/** What stands before the tensor data. */
export interface GgufHeader<Type extends string = WeightType> {
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, GgufTensor<Type>>;
  /** Where the tensor data begins in the file. */
  readonly start: number;
}

/**
 * Reads a whole GGUF file (profile-llm-exact-1 section 12). Nothing is allocated for a count before the file is
 * known to be long enough for it.
 *
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_VERSION`, `MODEL_TOO_LARGE`, `MODEL_TENSOR`
 */
export function readGguf(file: Uint8Array): Gguf {
  const { metadata, tensors, start } = readHeader(file, file.length, exactTypes);
  return {
    metadata,
    tensors,
    bytes(name) {
      const { offset, bytes } = tensors.get(name) as GgufTensor;
      return file.subarray(start + offset, start + offset + bytes);
    },
  };
}

/**
 * Reads the header of a file of `total` bytes that begins with these.
 *
 * @throws HeaderGoesOn where they do not suffice; CodedError as `readGguf`
 */
export function readHeader<Type extends string>(
  bytes: Uint8Array,
  total: number,
  types: TensorTypes<Type>,
): GgufHeader<Type> {
  const r = new ByteReader(bytes, total);
  const { metadata, tensorCount } = readHead(r);
  const alignment = alignmentOf(metadata);
  const tensors = readTensors(r, tensorCount, { alignment, types });
  const start = Math.ceil(r.at / alignment) * alignment;
  checkPlaces(tensors, Math.max(0, total - start));
  return { metadata, tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), start };
}

function readHead(r: ByteReader): { tensorCount: number; metadata: Metadata } {
  if (r.u32() !== MAGIC) throw malformed('it does not begin with GGUF');
  const version = r.u32();
  if (version !== 2 && version !== 3) {
    throw exactError(
      'MODEL_VERSION',
      `the GGUF file has version ${version}, or is big-endian: convert it to version 3, little-endian`,
    );
  }
  const tensorCount = r.count('tensors', ggufLimits.tensors);
  return {
    tensorCount,
    metadata: readMetadata(r, r.count('metadata members', ggufLimits.members)),
  };
}

function alignmentOf(metadata: Metadata): number {
  const stated = metadata.get('general.alignment');
  if (!stated) return DEFAULT_ALIGNMENT;
  const value = stated.type === 'integer' ? Number(stated.value) : 0;
  if (value >= 1 && value <= ggufLimits.alignment && (value & (value - 1)) === 0) return value;
  throw malformed(`its general.alignment is no power of two from 1 to ${ggufLimits.alignment}`);
}
