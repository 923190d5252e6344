import { decodeForeignJson, isCoded, limits } from '@isobit/core';
import { apiError } from '../errors.ts';

/**
 * Reads a body's JSON: UTF-8, each member once (specs/apis.md section 2).
 *
 * @throws CodedError `API_MALFORMED`
 */
export function decodeBody(bytes: Uint8Array): unknown {
  try {
    return decodeForeignJson(bytes, limits.apiBytes, limits.documentValues);
  } catch (error) {
    if (!isCoded(error)) throw error;
    const why = error.message.replace('not a canonical document: ', '');
    throw apiError('API_MALFORMED', `the body's JSON is refused: ${why}`);
  }
}
