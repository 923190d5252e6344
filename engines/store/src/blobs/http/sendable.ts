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

const sendable = new WeakMap<Response, SendableBytes>();

/** A response with these bytes, which a server that has the socket may send the short way. */
export function responseOf(bytes: AsyncIterable<Uint8Array>, init: ResponseInit): Response {
  const response = new Response(streamOf(bytes), init);
  if (isSendable(bytes)) sendable.set(response, bytes);
  return response;
}

/**
 * What a response can be sent from, where it was made by `responseOf`: one that was made anew since is another. Its
 * body is not looked at, which alone would cost as much as a small answer.
 */
export const sendableOf = (response: Response): SendableBytes | undefined => sendable.get(response);

const isSendable = (bytes: AsyncIterable<Uint8Array>): bytes is SendableBytes => 'sendTo' in bytes;
