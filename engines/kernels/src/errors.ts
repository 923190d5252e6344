import { CodedError } from '@isobit/core';

/** Codes thrown by `@isobit/kernels`. */
export type KernelsErrorCode =
  /** A binary is not the one that this version names. */
  | 'KERNELS_DIGEST'
  /** This host does not run the binary: no SIMD, no 64-bit memory, or a memory of another kind. */
  | 'KERNELS_UNAVAILABLE';

export const kernelsError = (
  code: KernelsErrorCode,
  message: string,
  details?: Record<string, unknown>,
  cause?: unknown,
): CodedError<KernelsErrorCode> =>
  new CodedError(code, message, details, cause === undefined ? undefined : { cause });
