import { utf8 } from '@isobit/core';
import { exactError } from '../../errors.ts';
import { safetensorsLimits } from './limits.ts';
import { isObject, readJsonObject } from './read-json.ts';

/** Bytes of one element, by the format's name of its type. Only the floats among them can be weights. */
export const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
} as const;

export type ElementType = keyof typeof elementBytes;

/** One tensor as a header states it. */
export interface SafetensorsEntry {
  readonly name: string;
  readonly dtype: ElementType;
  /** Slowest dimension first: rows, then columns. */
  readonly shape: readonly number[];
  /** From the beginning of the file. */
  readonly offset: number;
  readonly bytes: number;
}

/** Bytes before the header: its length. */
export const PREFIX_BYTES = 8;

const malformed = (what: string) =>
  exactError('MODEL_MALFORMED', `not a safetensors file: ${what}; fetch the file again`);

const refused = (name: string, what: string) =>
  exactError('MODEL_TENSOR', `tensor ${JSON.stringify(name.slice(0, 200))} ${what}; save the model again`, {
    tensor: name,
  });

/**
 * Length of a header, from the first eight bytes.
 *
 * @param size bytes of the file
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE`
 */
export function headerLength(prefix: Uint8Array, size: number): number {
  if (prefix.length < PREFIX_BYTES) throw malformed('it ends within its first eight bytes, truncated');
  const length = new DataView(prefix.buffer, prefix.byteOffset, PREFIX_BYTES).getBigUint64(0, true);
  if (length > BigInt(safetensorsLimits.headerBytes))
    throw exactError(
      'MODEL_TOO_LARGE',
      `the safetensors file states a header of ${length} bytes, more than ${safetensorsLimits.headerBytes}`,
    );
  if (Number(length) > size - PREFIX_BYTES) throw malformed('it ends within its header, truncated');
  return Number(length);
}

/**
 * Reads a header (specs/safetensors.md section 2): each tensor's bytes lie in the file, one behind the other,
 * without a gap, to its end.
 *
 * @param header the bytes behind the first eight
 * @param size bytes of the file
 * @returns in the order in which they lie
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE`, `MODEL_TENSOR`
 */
export function readHeader(header: Uint8Array, size: number): SafetensorsEntry[] {
  const { headerBytes, headerValues, tensors } = safetensorsLimits;
  if (header[0] !== 0x7b) throw malformed('its header does not begin with {');
  const members = readJsonObject(header, 'the header of a safetensors file', {
    bytes: headerBytes,
    values: headerValues,
  });
  checkNumbers(header);
  const { __metadata__: facts, ...entries } = members;
  if (facts !== undefined && !isFacts(facts)) throw malformed('its __metadata__ holds more than texts');
  const names = Object.keys(entries);
  if (names.length > tensors)
    throw exactError(
      'MODEL_TOO_LARGE',
      `the safetensors file has ${names.length} tensors, more than ${tensors}`,
    );
  const start = PREFIX_BYTES + header.length;
  const found = names
    .map((name) => readEntry(name, entries[name], start))
    .sort((a, b) => a.offset - b.offset || a.bytes - b.bytes);
  checkPlaces(found, start, size);
  return found;
}

const isFacts = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((fact) => typeof fact === 'string');

/** Counts are spelled as digits alone: what one reader takes for 8 and another refuses is refused. */
function checkNumbers(header: Uint8Array): void {
  let isText = false;
  for (let i = 0; i < header.length; i++) {
    const byte = header[i] as number;
    if (isText && byte === BACKSLASH) i++;
    else if (byte === QUOTE) isText = !isText;
    else if (!isText && !OUTSIDE_TEXTS.has(byte))
      throw malformed(
        `its header holds "${String.fromCharCode(byte)}" outside of texts, where only counts belong`,
      );
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OUTSIDE_TEXTS: ReadonlySet<number> = new Set(utf8(' \t\r\n{}[]:,0123456789'));

function readEntry(name: string, value: unknown, start: number): SafetensorsEntry {
  const length = utf8(name).length;
  if (length < 1 || length > safetensorsLimits.nameBytes || !name.isWellFormed())
    throw refused(name, `has a name of ${length} bytes, or one that is no text`);
  if (!isObject(value)) throw refused(name, 'is described by no object');
  const { dtype, shape, data_offsets: place, ...more } = value;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined)
    throw refused(name, `states ${JSON.stringify(unknown.slice(0, 80))}, which the format has not`);
  if (typeof dtype !== 'string' || !Object.hasOwn(elementBytes, dtype))
    throw refused(name, `has elements of type ${JSON.stringify(dtype)?.slice(0, 80)}, which is not known`);
  const type = dtype as ElementType;
  if (!isCounts(shape) || shape.length > safetensorsLimits.rank)
    throw refused(name, `has a shape that is no list of at most ${safetensorsLimits.rank} counts`);
  const bytes = elementsOf(name, shape) * elementBytes[type];
  if (!isCounts(place) || place.length !== 2) throw refused(name, 'has data_offsets that are not two counts');
  const [begin, end] = place as [number, number];
  if (end - begin !== bytes)
    throw refused(
      name,
      `takes the bytes ${begin} to ${end}, where ${shape.join(' x ')} of ${type} take ${bytes}`,
    );
  return { name, dtype: type, shape, offset: start + begin, bytes };
}

const isCounts = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);

function elementsOf(name: string, shape: readonly number[]): number {
  let elements = 1;
  for (const size of shape) {
    if (size === 0 || elements * size > safetensorsLimits.tensorElements)
      throw refused(name, `states a size of ${size} and so none or more than 2^33 elements`);
    elements *= size;
  }
  return elements;
}

function checkPlaces(sorted: readonly SafetensorsEntry[], start: number, size: number): void {
  let end = start;
  for (const { name, offset, bytes } of sorted) {
    if (offset < end) throw refused(name, 'shares bytes with another tensor');
    if (offset > end) throw refused(name, `leaves ${offset - end} bytes before it to nobody`);
    end = offset + bytes;
  }
  if (end > size) throw malformed(`its tensors end ${end - size} bytes after it, truncated`);
  if (end < size) throw malformed(`${size - end} bytes behind its last tensor belong to nobody`);
}
