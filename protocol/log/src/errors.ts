import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/log`. What a check refuses is a value instead: see `NoteVerdict`, `WitnessDecision`, `Finding`. */
export type LogErrorCode =
  /** Bytes are no signed note: not UTF-8, control characters, no signature line, over the limits (c2sp signed-note). */
  | 'NOTE_INVALID'
  /** A verifier key is malformed, or its id is not that of its name, type and key. */
  | 'VKEY_INVALID'
  /** A verifier key has a signature type that this reader does not know. */
  | 'VKEY_UNKNOWN_TYPE'
  /** A note's text is no checkpoint (c2sp tlog-checkpoint). */
  | 'CHECKPOINT_INVALID'
  /** A tile has another length than its width demands, or its coordinates lie outside the tree. */
  | 'TILE_INVALID'
  /** An entry bundle is truncated, has trailing bytes, another number of entries, or an entry is too long. */
  | 'BUNDLE_INVALID'
  /** The body of add-checkpoint is malformed (c2sp tlog-witness). */
  | 'WITNESS_REQUEST_INVALID'
  /** A witness's answer holds lines that are no note signatures, or a 409 without a size. */
  | 'WITNESS_RESPONSE_INVALID'
  /** A log-key document names other keys than its address may, or is not signed by that address. */
  | 'LOG_KEY_INVALID';

export const logError = (
  code: LogErrorCode,
  message: string,
  details?: Record<string, unknown>,
): CodedError<LogErrorCode> => new CodedError<LogErrorCode>(code, message, details);
