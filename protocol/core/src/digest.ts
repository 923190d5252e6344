import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8 } from './bytes.ts';

type Crypto = typeof import('node:crypto');

/** Node's own hash where the runtime has one (no import, so browsers bundle nothing): ten times faster. */
const native = (
  globalThis as { process?: { getBuiltinModule?(id: string): Crypto } }
).process?.getBuiltinModule?.('node:crypto');

/** SHA-256 of `bytes`: 32 bytes. */
export const sha256: (bytes: Uint8Array) => Uint8Array = native
  ? (bytes) => new Uint8Array(native.hash('sha256', bytes, 'buffer'))
  : (bytes) => nobleSha256(bytes);

/**
 * The digest of a document: `sha256(tag ‖ 0x00 ‖ salt ‖ bytes)` (specs/canonical.md section 3).
 *
 * @param tag `isobit/<kind>/<version>`, ASCII; it keeps digests of different kinds apart
 * @param salt 32 bytes for salted documents (request, response, trace), empty for public ones
 */
export const taggedDigest = (tag: string, salt: Uint8Array, bytes: Uint8Array): Uint8Array =>
  sha256(concatBytes(utf8(tag), ZERO_BYTE, salt, bytes));

const ZERO_BYTE = new Uint8Array(1);

/** An incremental SHA-256, for streams. */
export interface Hasher {
  update(bytes: Uint8Array): Hasher;
  digest(): Uint8Array;
}

export function createSha256(): Hasher {
  const inner = native ? native.createHash('sha256') : nobleSha256.create();
  const hasher: Hasher = {
    update(bytes) {
      inner.update(bytes);
      return hasher;
    },
    digest: () => new Uint8Array(inner.digest()),
  };
  return hasher;
}
