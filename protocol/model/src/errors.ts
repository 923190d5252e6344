import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/model`. */
export type ModelErrorCode =
  /** A path inside a model is absolute, climbs, or is spelled in a second way. */
  | 'PATH_INVALID'
  /** A reference is neither an id, nor a name, nor an existing path. */
  | 'REF_INVALID'
  /** A block, a leaf list or a size does not belong to the block tree's root. */
  | 'BLOCK_INVALID'
  /** A name record's signature is not its key's. */
  | 'NAME_SIGNATURE'
  /** A manifest's signature is not its publisher's. */
  | 'MANIFEST_SIGNATURE';

export const modelError = (
  code: ModelErrorCode,
  message: string,
  details?: Record<string, unknown>,
): CodedError<ModelErrorCode> => new CodedError(code, message, details);
