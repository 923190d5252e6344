import { limits } from '@isobit/core';
import type { Exchange } from '../host/serve.ts';
import { networkLimits } from '../limits.ts';
import { readDocument } from '../wire/documents.ts';
import type { FrameStream } from '../wire/frame-stream.ts';
import { type BlobRequest, blobReplyKind, blobRequestKind } from './blob-messages.ts';
import type { BlobPort } from './blob-port.ts';

/** Serves bytes to peers; those of a slow reader wait in the port, not in memory. */
export const createBlobServer =
  (port: BlobPort) =>
  async ({ stream, signal: closing }: Exchange): Promise<void> => {
    const gone = new AbortController();
    stream.onGone((reason) => gone.abort(reason));
    const signal = AbortSignal.any([closing, gone.signal]);
    const request = await readDocument(stream, blobRequestKind, limits.documentBytes, {
      signal,
      firstMs: networkLimits.firstFrameMs,
    });
    const found = await lookUp(port, request, signal);
    await stream.write(
      blobReplyKind.encode({
        isobit: 'blob-reply/1',
        status: found ? 'ok' : 'absent',
        length: found?.length ?? 0,
      }),
      signal,
    );
    if (found) await send(stream, found, signal);
  };

interface Found {
  readonly length: number;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

async function lookUp(port: BlobPort, request: BlobRequest, signal: AbortSignal): Promise<Found | undefined> {
  if (request.want === 'leaves') {
    const leaves = await port.leaves(request.root, request.size, signal);
    return leaves && { length: leaves.length, chunks: [leaves] };
  }
  const { root, size, start, end } = request;
  const chunks = await port.range({ root, size, start, end }, signal);
  return chunks && { length: end - start, chunks };
}

async function send(stream: FrameStream, { length, chunks }: Found, signal: AbortSignal): Promise<void> {
  let sent = 0;
  for await (const chunk of chunks) {
    sent += chunk.length;
    if (sent > length) break;
    await stream.writeRaw(chunk, signal);
  }
  // A length that was promised and not kept must not look like an end.
  if (sent !== length) throw new RangeError(`${sent} of ${length} bytes came from this node's own storage`);
}
