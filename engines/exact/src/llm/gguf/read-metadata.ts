import { exactError } from '../../errors.ts';
import { type ByteReader, malformed } from './byte-reader.ts';
import { ggufLimits } from './limits.ts';

/** One value of the metadata, with its type in GGUF. */
export type MetadataValue =
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'array'; readonly values: readonly (bigint | number | boolean | string)[] };

export type Metadata = ReadonlyMap<string, MetadataValue>;

type Scalar = Exclude<MetadataValue, { type: 'array' }>;

const STRING_TYPE = 8;
const ARRAY_TYPE = 9;

const integer = (value: bigint | number): Scalar => ({ type: 'integer', value: BigInt(value) });
const float = (value: number): Scalar => ({ type: 'float', value });

function bool(byte: number): Scalar {
  if (byte > 1) throw malformed(`a boolean of its metadata is ${byte}`);
  return { type: 'bool', value: byte === 1 };
}

/** By GGUF's number of the type: the least bytes it takes, and how it is read. */
const scalars: ReadonlyMap<number, { bytes: number; read(r: ByteReader): Scalar }> = new Map([
  [0, { bytes: 1, read: (r: ByteReader) => integer(r.u8()) }],
  [1, { bytes: 1, read: (r: ByteReader) => integer(r.i8()) }],
  [2, { bytes: 2, read: (r: ByteReader) => integer(r.u16()) }],
  [3, { bytes: 2, read: (r: ByteReader) => integer(r.i16()) }],
  [4, { bytes: 4, read: (r: ByteReader) => integer(r.u32()) }],
  [5, { bytes: 4, read: (r: ByteReader) => integer(r.i32()) }],
  [6, { bytes: 4, read: (r: ByteReader) => float(r.f32()) }],
  [7, { bytes: 1, read: (r: ByteReader) => bool(r.u8()) }],
  [STRING_TYPE, { bytes: 8, read: readString }],
  [10, { bytes: 8, read: (r: ByteReader) => integer(r.u64()) }],
  [11, { bytes: 8, read: (r: ByteReader) => integer(r.i64()) }],
  [12, { bytes: 8, read: (r: ByteReader) => float(r.f64()) }],
]);

function readString(r: ByteReader): Scalar {
  return { type: 'string', value: r.text('a string of its metadata', ggufLimits.stringBytes) };
}

function scalarOf(type: number) {
  const scalar = scalars.get(type);
  if (!scalar) throw malformed(`its metadata has a value of type ${type}, which GGUF does not define`);
  return scalar;
}

/** @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE` */
export function readMetadata(r: ByteReader, members: number): Metadata {
  const metadata = new Map<string, MetadataValue>();
  let budget = ggufLimits.metadataElements;
  for (let i = 0; i < members; i++) {
    const key = r.text('a metadata key', ggufLimits.nameBytes);
    if (metadata.has(key)) throw malformed(`its metadata has ${JSON.stringify(key)} twice`);
    const type = r.u32();
    if (type !== ARRAY_TYPE) {
      metadata.set(key, scalarOf(type).read(r));
      continue;
    }
    const element = r.u32();
    if (element === ARRAY_TYPE)
      throw malformed(`its metadata has an array of arrays, ${JSON.stringify(key)}`);
    const { bytes, read } = scalarOf(element);
    const length = r.count('elements of a metadata array', ggufLimits.arrayElements);
    budget -= length;
    if (budget < 0) {
      throw exactError(
        'MODEL_TOO_LARGE',
        `the GGUF file's metadata arrays have more than ${ggufLimits.metadataElements} elements together`,
      );
    }
    r.expect(length, bytes);
    metadata.set(key, { type: 'array', values: Array.from({ length }, () => read(r).value) });
  }
  return metadata;
}
