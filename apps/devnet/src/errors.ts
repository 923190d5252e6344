import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/devnet`. A node that can't start gives its own code. */
export type DevnetErrorCode =
  /** A node's process ended before it was up. */
  | 'NODE_EXITED'
  /** A node's process did not say in time that it is up. */
  | 'NODE_SILENT'
  /** What was waited for did not come. */
  | 'TIMED_OUT'
  /** The network has ended, and starts nothing more. */
  | 'DEVNET_ENDED'
  /** The story's lie was handed over as an answer: a fault of the client. */
  | 'LIE_BELIEVED';

export const devnetError = (
  code: DevnetErrorCode,
  message: string,
  details?: Record<string, unknown>,
  options?: ErrorOptions,
): CodedError<DevnetErrorCode> => new CodedError(code, message, details, options);
