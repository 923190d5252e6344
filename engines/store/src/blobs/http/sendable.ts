import type { Writable } from 'node:stream';
import { streamOf } from './stream-of.ts';

/** Bytes that know a shorter way into a socket than through a web stream. */
export interface SendableBytes extends AsyncIterable<Uint8Array> {
  /**
   * Writes all of them and ends `out`. Stops reading when `out` is destroyed.
   *
   * @throws CodedError as reading them; `out` is then left open, with less than was announced
   */
  sendTo(out: Writable): Promise<void>;
}

const sendable = new WeakMap<ReadableStream, SendableBytes>();

/** A response body of these bytes, which a server that has the socket may send the short way. */
export function bodyOf(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const body = streamOf(bytes);
  if (isSendable(bytes)) sendable.set(body, bytes);
  return body;
}

/** What a response's body can be sent from, where it was made by `bodyOf` and has not been replaced since. */
export const sendableOf = ({ body }: Response): SendableBytes | undefined =>
  body ? sendable.get(body) : undefined;

const isSendable = (bytes: AsyncIterable<Uint8Array>): bytes is SendableBytes => 'sendTo' in bytes;
