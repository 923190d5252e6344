import { CodedError } from '@isobit/core';
import type { JobErrorCode } from '@isobit/receipt';

/** Codes thrown by `@isobit/network`. */
export type NetworkErrorCode =
  /** An option of `createNetwork` makes no sense or contradicts another. */
  | 'NETWORK_OPTIONS'
  /** A listen address cannot be had: the port is busy, or the address is not this machine's. */
  | 'NETWORK_LISTEN'
  /** The network was disposed of while the call waited. */
  | 'NETWORK_CLOSED'
  /** No peer and no offer tells how to reach this node. */
  | 'NODE_UNKNOWN'
  /** The node is known and could not be dialled, or does not speak the protocol. */
  | 'NODE_UNREACHABLE'
  /** The peer reset the stream, or its connection ended, before the exchange was over. */
  | 'PEER_RESET'
  /** The peer sent or took no byte for longer than the limit. */
  | 'PEER_STALLED'
  /** A worker that has a job said no word of it for so long that another was asked as well, who did. */
  | 'PEER_SILENT'
  /** The peer's bytes are not what the protocol allows at this point. */
  | 'PEER_MALFORMED'
  /** A frame's stated length is above what is read here. */
  | 'FRAME_TOO_LONG'
  /** Frames of strangers fill the memory set aside for them. */
  | 'MEMORY_BUSY'
  /** No candidate took the job; `details.attempts` says what each replied. */
  | 'NO_WORKER'
  /** No peer that was asked has a manifest with this id. */
  | 'MANIFEST_NOT_FOUND'
  /** A source of bytes does not have this file or range. This and the next four are the codes that a pull knows. */
  | 'SOURCE_ABSENT'
  /** A source of bytes has too much to do: ask again later. */
  | 'SOURCE_BUSY'
  /** A source of bytes breaks the protocol. */
  | 'SOURCE_PROTOCOL'
  /** A source of bytes went silent. */
  | 'SOURCE_STALLED'
  /** A source of bytes cannot be reached, or left. */
  | 'SOURCE_IO'
  /** A manifest or name given out for publication is not what its signature covers. */
  | 'DOCUMENT_REFUSED'
  /** The error that a worker sent, or that a client's deadline stands for. */
  | JobErrorCode;

export const networkError = (
  code: NetworkErrorCode,
  message: string,
  details?: Record<string, unknown>,
  cause?: unknown,
): CodedError<NetworkErrorCode> =>
  new CodedError(code, message, details, cause === undefined ? undefined : { cause });

/** Text of an unknown error, for messages. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 300);
