import { type CodedError, type DocumentKind, isCoded } from '@isobit/core';
import { networkError } from '../errors.ts';
import type { Frame, FrameStream, ReadOptions } from './frame-stream.ts';

/** Reads one frame as a document. @throws CodedError `PEER_MALFORMED`, or as `FrameStream.read` */
export async function readDocument<T>(
  stream: FrameStream,
  kind: DocumentKind<T>,
  maxBytes: number,
  options: ReadOptions = {},
): Promise<T> {
  const frame = await stream.read(maxBytes, options);
  if (!frame) throw networkError('PEER_RESET', `the peer closed the stream before its ${kind.kind}`);
  return decodeFrame(frame, kind);
}

/** Decodes and releases a frame. @throws CodedError `PEER_MALFORMED` */
export function decodeFrame<T>(frame: Frame, kind: DocumentKind<T>): T {
  try {
    return kind.decode(frame.bytes);
  } catch (error) {
    throw isCoded(error) ? malformed(kind.kind, error) : error;
  } finally {
    frame.release();
  }
}

export const malformed = (kind: string, cause: CodedError): CodedError =>
  networkError('PEER_MALFORMED', `the peer sent no ${kind}: ${cause.message}`, { reason: cause.code }, cause);
