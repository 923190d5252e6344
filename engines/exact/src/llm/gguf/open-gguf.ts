import { exactError } from '../../errors.ts';
import type { StreamedModel } from '../engine/load/streamed-model.ts';
import { HeaderGoesOn } from './byte-reader.ts';
import { ggufLimits } from './limits.ts';
import { type GgufHeader, readHeader } from './read-gguf.ts';
import type { GgufTensor } from './read-tensors.ts';
import { exactTypes, type TensorTypes } from './tensor-types.ts';

/** A file that is read piece by piece. */
export interface RangeSource {
  /** Bytes of the whole file. */
  readonly size: number;
  /**
   * `length` bytes from `offset` on, within the file. They are done with before more is asked for, so that a source
   * may use one buffer for all.
   *
   * @throws CodedError of the source when the bytes are absent or differ
   */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Read at first: most headers fit. */
const FIRST = 1024 * 1024;

/**
 * Reads the header of a GGUF file, and no tensor before it is asked for. Of a part of a model it is that part's.
 *
 * @throws CodedError as `readGguf`; of the source
 */
export async function openGguf(source: RangeSource, signal?: AbortSignal): Promise<StreamedModel> {
  const { metadata, tensors, start } = await openHeader(source, exactTypes, signal);
  return {
    metadata,
    tensors,
    read(name, from, to, stop) {
      const { offset } = tensors.get(name) as GgufTensor;
      return source.read(start + offset + from, to - from, stop);
    },
  };
}

/**
 * Reads the header of a GGUF file, in growing pieces.
 *
 * @throws CodedError as `readGguf`; of the source
 */
export async function openHeader<Type extends string>(
  source: RangeSource,
  types: TensorTypes<Type>,
  signal?: AbortSignal,
): Promise<GgufHeader<Type>> {
  let bytes = await source.read(0, Math.min(FIRST, source.size), signal);
  for (;;) {
    try {
      return readHeader(bytes, source.size, types);
    } catch (error) {
      if (!(error instanceof HeaderGoesOn)) throw error;
      if (error.needed > ggufLimits.headerBytes) throw tooLong(error.needed);
      const wanted = Math.min(Math.max(error.needed, 2 * bytes.length), ggufLimits.headerBytes, source.size);
      bytes = await source.read(0, wanted, signal);
    }
  }
}

const tooLong = (needed: number) =>
  exactError(
    'MODEL_TOO_LARGE',
    `the GGUF file's header takes more than ${ggufLimits.headerBytes} bytes: ${needed} at least`,
    { needed },
  );

/** A file that is in memory. */
export const rangesOf = (file: Uint8Array): RangeSource => ({
  size: file.length,
  read: async (offset, length) => file.subarray(offset, offset + length),
});
