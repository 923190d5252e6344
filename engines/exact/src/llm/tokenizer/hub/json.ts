import { invalid } from '../vocabulary.ts';

/** Reading a stranger's JSON: each member of the type that it must have, or refused with its path. */

export type JsonObject = Readonly<Record<string, unknown>>;

const wrong = (path: string, type: string) => invalid(`${path} is no ${type}`, { path });

/** @throws CodedError `TOKENIZER_INVALID` */
export function parseObject(text: string, name: string): JsonObject {
  try {
    return asObject(JSON.parse(text), name);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(`${name} is not JSON`, { path: name });
    throw error;
  }
}

export function asObject(value: unknown, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw wrong(path, 'object');
}

export function asList(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(path, 'list');
}

export function asText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw wrong(path, 'string');
}

export function asId(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value;
  throw wrong(path, 'token id');
}

/** Absent and null are `absent`. */
export function asFlag(value: unknown, path: string, absent: boolean): boolean {
  if (value === undefined || value === null) return absent;
  if (typeof value === 'boolean') return value;
  throw wrong(path, 'boolean');
}

/** A member of an object, not of its prototype. */
export const member = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;
