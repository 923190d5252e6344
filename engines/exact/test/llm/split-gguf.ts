import { concatBytes } from '@isobit/core';
import { ggufPaths } from '@isobit/model';
import { ByteReader } from '../../src/llm/gguf/byte-reader.ts';
import { ggufLimits } from '../../src/llm/gguf/limits.ts';
import { readHeader } from '../../src/llm/gguf/read-gguf.ts';
import { readMetadata } from '../../src/llm/gguf/read-metadata.ts';
import { allTypes } from '../../src/llm/gguf/tensor-types.ts';
import type { ModelSource } from '../../src/runtime.ts';
import { assemble, entryBytes, text, u32 } from './build-gguf.ts';
import { filesSource } from './safetensors/text-files.ts';

/** ggml's numbers of types, by their names. */
const ids: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 64 }, (_, id) => [allTypes(id)?.name ?? '', id] as const),
);

const u16Member = (key: string, value: number): Uint8Array =>
  concatBytes(text(key), u32(2), new Uint8Array(Uint16Array.of(value).buffer));
const i32Member = (key: string, value: number): Uint8Array => concatBytes(text(key), u32(5), u32(value));

/**
 * Splits a GGUF file, of the default alignment, as llama.cpp's `gguf-split` does: the first part has all metadata.
 *
 * @param counts tensors of each part but the last, which has the others
 * @param stem of the parts' paths
 * @returns the parts by path
 */
export function splitGguf(
  file: Uint8Array,
  counts: readonly number[],
  stem = 'model',
): Record<string, Uint8Array> {
  const r = new ByteReader(file);
  for (let i = 0; i < 2; i++) r.u32();
  r.count('tensors', ggufLimits.tensors);
  const memberCount = r.count('members', ggufLimits.members);
  const from = r.at;
  readMetadata(r, memberCount);
  const metadata = file.subarray(from, r.at);
  const { tensors, start } = readHeader(file, file.length, allTypes);
  const left = [...tensors.values()];
  const parts = [...counts, left.length].map((count) => left.splice(0, count));
  const paths = ggufPaths(`${stem}-00001-of-${String(parts.length).padStart(5, '0')}.gguf`);
  return Object.fromEntries(
    parts.map((own, i) => {
      const first = own[0]?.offset ?? 0;
      const last = own.at(-1);
      const part = assemble({
        members: [
          ...(i === 0 ? [metadata] : []),
          u16Member('split.no', i),
          u16Member('split.count', parts.length),
          i32Member('split.tensors.count', tensors.size),
        ],
        memberCount: (i === 0 ? memberCount : 0) + 3,
        entries: own.map(({ name, type, sizes, offset }) =>
          entryBytes({ name, sizes, type: ids.get(type) as number, offset: offset - first }),
        ),
        data: last ? file.subarray(start + first, start + last.offset + last.bytes) : new Uint8Array(0),
      });
      return [paths[i] as string, part];
    }),
  );
}

/** A model in parts, the first of which is the entry: in memory, of one block each, under a manifest of nobody. */
export const partsSource = (parts: Readonly<Record<string, Uint8Array>>): ModelSource =>
  filesSource(parts, { format: 'gguf', entry: Object.keys(parts)[0] as string });
