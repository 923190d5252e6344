import { networkError } from '../errors.ts';

/** Bytes of the length before each frame: unsigned, big-endian (specs/jobs.md section 1). */
export const FRAME_HEAD = 4;

/** Head of a frame of `length` bytes. */
export function frameHead(length: number): Uint8Array {
  const head = new Uint8Array(FRAME_HEAD);
  new DataView(head.buffer).setUint32(0, length);
  return head;
}

/**
 * Length stated by a frame's head.
 *
 * @throws CodedError `FRAME_TOO_LONG`, before a byte of the frame is kept
 */
export function frameLength(head: Uint8Array, maxBytes: number): number {
  const length = new DataView(head.buffer, head.byteOffset, head.length).getUint32(0);
  if (length > maxBytes) {
    throw networkError(
      'FRAME_TOO_LONG',
      `the peer announces a frame of ${length} bytes, at most ${maxBytes} are read here`,
      { length, maxBytes },
    );
  }
  return length;
}
