import { concatBytes, utf8 } from '@isobit/core';
import type { ContainerFiles, FileBytes } from '../../../src/llm/reference/index.ts';
import type { Tensor } from '../build-gguf.ts';

/** What of a tensor's entry a test may falsify. */
export interface Entry {
  readonly dtype?: unknown;
  readonly shape?: unknown;
  readonly data_offsets?: unknown;
  readonly [more: string]: unknown;
}

/** A file of a header, as text, and data. */
export function assemble(
  header: string,
  data: Uint8Array = new Uint8Array(0),
  length?: number | bigint,
): Uint8Array {
  const bytes = utf8(header);
  return concatBytes(new Uint8Array(BigUint64Array.of(BigInt(length ?? bytes.length)).buffer), bytes, data);
}

/** Header members and data of tensors that lie behind each other. Sizes are columns, rows; shapes the other way. */
export function layOut(tensors: readonly Tensor[]): { entries: Record<string, Entry>; data: Uint8Array } {
  let at = 0;
  const entries = tensors.map(({ name, type, sizes, data }): [string, Entry] => {
    const begin = at;
    at += data.length;
    return [name, { dtype: type, shape: sizes.toReversed(), data_offsets: [begin, at] }];
  });
  return { entries: Object.fromEntries(entries), data: concatBytes(...tensors.map(({ data }) => data)) };
}

/** A safetensors file. */
export function buildSafetensors(tensors: readonly Tensor[], facts?: Record<string, string>): Uint8Array {
  const { entries, data } = layOut(tensors);
  return assemble(JSON.stringify({ ...(facts ? { __metadata__: facts } : {}), ...entries }), data);
}

/** Files in memory, by path. */
export const filesOf = (
  files: Readonly<Record<string, Uint8Array>>,
  entry = 'config.json',
): ContainerFiles => ({
  paths: new Set(Object.keys(files)),
  entry,
  async open(path): Promise<FileBytes> {
    const bytes = files[path];
    if (!bytes) throw new RangeError(`no file ${path}`);
    return {
      size: bytes.length,
      read: async (start, end) => bytes.subarray(start, end),
      [Symbol.asyncDispose]: async () => {},
    };
  },
});
