import { createSha256, utf8 } from '@isobit/core';

const TAG = utf8('isobit/value/1\0');

/**
 * Digest of the logits of one step as a value of a trace (specs/trace.md section 2).
 *
 * @param logits finite: no NaN has to be made canonical
 * @param salt of the request, 32 bytes
 * @returns 32 bytes
 */
export function logitsDigest(logits: Float32Array, salt: Uint8Array): Uint8Array {
  const data = new Uint8Array(logits.buffer, logits.byteOffset, logits.byteLength);
  return createSha256()
    .update(TAG)
    .update(salt)
    .update(utf8(`FP32[${logits.length}]\n`))
    .update(data)
    .digest();
}
