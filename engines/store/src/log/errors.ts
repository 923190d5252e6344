import { CodedError } from '@isobit/core';

/** Codes thrown by log storage and witness storage. */
export type LogStoreErrorCode =
  /** Another process, or this one, has the folder open. */
  | 'LOG_LOCKED'
  /** The folder holds another log, was written by a newer Isobit, or what must be durable in it is damaged or gone. */
  | 'LOG_CORRUPT'
  /** The disk failed. What was not yet resolved may or may not be there; open the log again to find out. */
  | 'LOG_IO'
  /** More is queued than the disk takes; ask again later. */
  | 'LOG_BUSY'
  /** An entry is longer than `limits.logEntryBytes`. */
  | 'LOG_ENTRY_TOO_LARGE'
  /** An index or a size lies outside the log. */
  | 'LOG_RANGE'
  /** The log is closed. */
  | 'LOG_CLOSED'
  /** A witness saw more of this log than is here: a stale backup. Nothing is signed until the operator resolves it. */
  | 'LOG_BEHIND'
  /** A witness saw another tree of this log: its key is in use elsewhere. Nothing is signed until the operator resolves it. */
  | 'LOG_FORKED'
  /** Fewer witnesses than asked for cosigned in time, or there are fewer. */
  | 'LOG_UNWITNESSED';

export const logStoreError = (
  code: LogStoreErrorCode,
  message: string,
  details?: Record<string, unknown>,
  options?: ErrorOptions,
): CodedError<LogStoreErrorCode> => new CodedError(code, message, details, options);
