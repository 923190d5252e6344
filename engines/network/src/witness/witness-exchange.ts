import { concatBytes, utf8 } from '@isobit/core';
import { networkError } from '../errors.ts';
import type { Peer, Routes } from '../host/routes.ts';
import type { Exchange } from '../host/serve.ts';
import { networkLimits } from '../limits.ts';
import { within } from '../wire/time.ts';

export const WITNESS_PROTOCOL = '/isobit/witness/1';

/** Status and body of the HTTP answer that c2sp.org/tlog-witness specifies. */
export interface WitnessReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Answers the body of an add-checkpoint request, or 64 hex characters with the newest checkpoint of that origin's hash. */
export type WitnessHandler = (body: Uint8Array, peer: Peer) => Promise<WitnessReply>;

/** Another node's witness. */
export interface WitnessClient {
  /** The node's address. */
  readonly name: string;
  /** @throws CodedError `NODE_*`, `PEER_*`, `FRAME_TOO_LONG`; or the signal's reason */
  addCheckpoint(body: Uint8Array, signal: AbortSignal): Promise<WitnessReply>;
  /** The checkpoint that it cosigned last, by hex SHA-256 of its origin; undefined where it has none. Errors as above. */
  latest(originHash: string, signal: AbortSignal): Promise<Uint8Array | undefined>;
}

const STATUS_BYTES = 2;

/** One frame in, the request's body; one frame out, the status in two bytes, big-endian, and the response's body. */
export const createWitnessServer =
  (handler: WitnessHandler) =>
  async ({ stream, peer, signal }: Exchange): Promise<void> => {
    const limited = within(networkLimits.askMs, signal);
    const frame = await stream.read(networkLimits.witnessBytes, {
      signal: limited,
      firstMs: networkLimits.firstFrameMs,
    });
    if (!frame) return;
    await stream.write(encodeReply(await handler(frame.bytes, peer)), limited);
  };

export const createWitnessClient = ({
  routes,
  node,
}: {
  readonly routes: Routes;
  readonly node: string;
}): WitnessClient => {
  async function ask(body: Uint8Array, signal: AbortSignal): Promise<WitnessReply> {
    await using stream = await routes.open(node, WITNESS_PROTOCOL, signal);
    await stream.write(body, signal);
    const frame = await stream.read(networkLimits.witnessBytes, { signal, firstMs: networkLimits.askMs });
    if (!frame)
      throw networkError('PEER_RESET', `the witness ${node} ended the stream without an answer`, { node });
    return decodeReply(frame.bytes);
  }
  return {
    name: node,
    addCheckpoint: ask,
    async latest(originHash, signal) {
      const { status, body } = await ask(utf8(originHash), signal);
      return status === 200 ? body : undefined;
    },
  };
};

export function encodeReply({ status, body }: WitnessReply): Uint8Array {
  const head = new Uint8Array(STATUS_BYTES);
  new DataView(head.buffer).setUint16(0, status);
  return concatBytes(head, body);
}

/** @throws CodedError `PEER_MALFORMED` for what is no HTTP status */
export function decodeReply(bytes: Uint8Array): WitnessReply {
  const status = bytes.length < STATUS_BYTES ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint16(0);
  if (status < 200 || status > 599)
    throw networkError('PEER_MALFORMED', `the witness answered with status ${status}, which is none of HTTP`);
  return { status, body: bytes.subarray(STATUS_BYTES) };
}
