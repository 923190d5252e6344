import { sha256, toHex } from '@isobit/core';
import { hashingDigest } from '../digests.ts';
import { kernelsError } from '../errors.ts';

/**
 * Compiles the binary that hashes; threads share the result.
 *
 * @throws CodedError `KERNELS_DIGEST` when the bytes are not this version's, `KERNELS_UNAVAILABLE`
 */
export function compileHashing(bytes: Uint8Array): WebAssembly.Module {
  const digest = toHex(sha256(bytes));
  if (digest !== hashingDigest) {
    throw kernelsError(
      'KERNELS_DIGEST',
      `the binary that hashes has sha-256 ${digest} and not ${hashingDigest}: install this version's`,
      { digest },
    );
  }
  try {
    return new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  } catch (error) {
    const message = `this host does not compile the binary that hashes: ${String(error)}`;
    throw kernelsError('KERNELS_UNAVAILABLE', message, {}, error);
  }
}
