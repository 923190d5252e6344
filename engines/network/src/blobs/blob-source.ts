import { type CodedError, isCoded, limits } from '@isobit/core';
import { type NetworkErrorCode, networkError } from '../errors.ts';
import type { Routes } from '../host/routes.ts';
import { networkLimits } from '../limits.ts';
import { readDocument } from '../wire/documents.ts';
import type { FrameStream } from '../wire/frame-stream.ts';
import { BLOB_PROTOCOL, type BlobRequest, blobReplyKind, blobRequestKind } from './blob-messages.ts';
import type { BlobSource } from './blob-port.ts';

/** What a pull calls the ways in which an exchange fails. */
const asSource: Readonly<Record<string, NetworkErrorCode>> = {
  PEER_STALLED: 'SOURCE_STALLED',
  PEER_MALFORMED: 'SOURCE_PROTOCOL',
  FRAME_TOO_LONG: 'SOURCE_PROTOCOL',
  PEER_RESET: 'SOURCE_IO',
  NODE_UNKNOWN: 'SOURCE_IO',
  NODE_UNREACHABLE: 'SOURCE_IO',
};

/** A node as a source of bytes over `/isobit/blob/1`, for where it has no HTTP address that can be reached. */
export function createBlobSource({
  routes,
  node,
}: {
  readonly routes: Routes;
  readonly node: string;
}): BlobSource {
  async function* fetch(
    request: BlobRequest,
    length: number,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    try {
      await using stream = await routes.open(node, BLOB_PROTOCOL, signal);
      await stream.write(blobRequestKind.encode(request), signal);
      await agree(stream, request, length, signal);
      yield* stream.readRaw(length, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw isCoded(error) ? renamed(error, node) : error;
    }
  }

  const agree = async (
    stream: FrameStream,
    request: BlobRequest,
    length: number,
    signal: AbortSignal,
  ): Promise<void> => {
    const reply = await readDocument(stream, blobReplyKind, limits.documentBytes, {
      signal,
      firstMs: networkLimits.askMs,
    });
    if (reply.status === 'absent')
      throw networkError('SOURCE_ABSENT', `node ${node} does not hold ${request.root}`, {
        node,
        root: request.root,
      });
    if (reply.status === 'busy')
      throw networkError('SOURCE_BUSY', `node ${node} has too much to do: ask again later`, { node });
    if (reply.length !== length) {
      throw networkError(
        'SOURCE_PROTOCOL',
        `node ${node} announces ${reply.length} bytes where ${length} were asked for`,
        { node },
      );
    }
  };

  return {
    name: node,
    async leaves(root, size, signal) {
      const length = Math.max(1, Math.ceil(size / limits.blockBytes)) * 32;
      const out = new Uint8Array(length);
      let filled = 0;
      for await (const chunk of fetch(
        { isobit: 'blob-request/1', want: 'leaves', root, size },
        length,
        signal,
      )) {
        out.set(chunk, filled);
        filled += chunk.length;
      }
      return out;
    },
    async *range({ root, size, start, end }, signal) {
      for (let from = start; from < end; from += networkLimits.blobRangeBytes) {
        const to = Math.min(end, from + networkLimits.blobRangeBytes);
        yield* fetch(
          { isobit: 'blob-request/1', want: 'range', root, size, start: from, end: to },
          to - from,
          signal,
        );
      }
    },
  };
}

const renamed = (error: CodedError, node: string): CodedError => {
  const code = asSource[error.code];
  return code ? networkError(code, error.message, { node }, error) : error;
};
