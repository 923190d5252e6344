import { decodeForeignJson, isCoded } from '@isobit/core';
import { exactError } from '../../errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** What one JSON text may hold. */
export interface JsonLimits {
  readonly bytes: number;
  readonly values: number;
}

/**
 * One JSON text of a model's files: UTF-8, no member twice.
 *
 * @param name of the file, for messages
 * @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE`
 */
export function readJson(bytes: Uint8Array, name: string, { bytes: most, values }: JsonLimits): unknown {
  if (bytes.length > most)
    throw exactError('MODEL_TOO_LARGE', `${name} has ${bytes.length} bytes, more than ${most}`);
  try {
    return decodeForeignJson(bytes, most, values);
  } catch (error) {
    if (!isCoded(error)) throw error;
    const why = error.message.replace('not a canonical document: ', '');
    throw exactError('MODEL_MALFORMED', `${name} can't be read: ${why}; fetch it again`, {}, error);
  }
}

/** As `readJson`, of an object. @throws CodedError `MODEL_MALFORMED`, `MODEL_TOO_LARGE` */
export function readJsonObject(bytes: Uint8Array, name: string, limits: JsonLimits): JsonObject {
  const value = readJson(bytes, name, limits);
  if (isObject(value)) return value;
  throw exactError('MODEL_MALFORMED', `${name} is no JSON object; fetch it again`);
}
