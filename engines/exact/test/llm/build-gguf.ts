import { concatBytes, utf8 } from '@isobit/core';
import { type WeightType, weightTypes } from '../../src/llm/reference/index.ts';

/** A value of the metadata: numbers are 32-bit, `{ float }` and `{ floats }` float32, `{ integers }` int32. */
export type Value =
  | number
  | string
  | boolean
  | { float: number }
  | { strings: readonly string[] }
  | { integers: readonly number[] }
  | { floats: readonly number[] };

export interface Tensor {
  readonly name: string;
  readonly type: WeightType;
  /** Columns, then rows. */
  readonly sizes: readonly number[];
  readonly data: Uint8Array;
}

export const u32 = (value: number): Uint8Array => new Uint8Array(Uint32Array.of(value).buffer);
export const u64 = (value: number | bigint): Uint8Array =>
  new Uint8Array(BigUint64Array.of(BigInt(value)).buffer);
export const text = (value: string): Uint8Array => concatBytes(u64(utf8(value).length), utf8(value));

function valueBytes(value: Value): Uint8Array {
  if (typeof value === 'number') return concatBytes(u32(4), u32(value));
  if (typeof value === 'boolean') return concatBytes(u32(7), Uint8Array.of(value ? 1 : 0));
  if (typeof value === 'string') return concatBytes(u32(8), text(value));
  if ('float' in value) return concatBytes(u32(6), new Uint8Array(Float32Array.of(value.float).buffer));
  if ('integers' in value) return arrayBytes(5, new Int32Array(value.integers));
  if ('floats' in value) return arrayBytes(6, new Float32Array(value.floats));
  return concatBytes(u32(9), u32(8), u64(value.strings.length), ...value.strings.map(text));
}

const arrayBytes = (type: number, elements: Int32Array | Float32Array): Uint8Array =>
  concatBytes(u32(9), u32(type), u64(elements.length), new Uint8Array(elements.buffer));

/** What of a tensor's entry a test may falsify. */
export interface Entry {
  readonly name: string;
  readonly sizes: readonly (number | bigint)[];
  readonly type: number;
  readonly offset: number | bigint;
}

export const entryBytes = ({ name, sizes, type, offset }: Entry): Uint8Array =>
  concatBytes(text(name), u32(sizes.length), ...sizes.map(u64), u32(type), u64(offset));

export const memberBytes = (key: string, value: Value): Uint8Array =>
  concatBytes(text(key), valueBytes(value));

const padding = (length: number): Uint8Array => new Uint8Array((32 - (length % 32)) % 32);

/** Bytes of a GGUF file of parts that a test may have falsified. */
export function assemble(options: {
  version?: number;
  members: readonly Uint8Array[];
  memberCount?: number | bigint;
  entries: readonly Uint8Array[];
  entryCount?: number | bigint;
  data: Uint8Array;
}): Uint8Array {
  const { version = 3, members, entries, data } = options;
  const head = concatBytes(
    utf8('GGUF'),
    u32(version),
    u64(options.entryCount ?? entries.length),
    u64(options.memberCount ?? members.length),
    ...members,
    ...entries,
  );
  return concatBytes(head, padding(head.length), data);
}

/** The entries and the data of tensors that lie behind each other. */
export function layOut(tensors: readonly Tensor[]): { entries: Entry[]; data: Uint8Array } {
  let offset = 0;
  const parts: Uint8Array[] = [];
  const entries = tensors.map(({ name, type, sizes, data }) => {
    const entry = { name, sizes, type: weightTypes[type].id, offset };
    parts.push(data, padding(data.length));
    offset += data.length + padding(data.length).length;
    return entry;
  });
  return { entries, data: concatBytes(...parts) };
}

/** A GGUF file. */
export function buildGguf(metadata: Readonly<Record<string, Value>>, tensors: readonly Tensor[]): Uint8Array {
  const { entries, data } = layOut(tensors);
  return assemble({
    members: Object.entries(metadata).map(([key, value]) => memberBytes(key, value)),
    entries: entries.map(entryBytes),
    data,
  });
}
