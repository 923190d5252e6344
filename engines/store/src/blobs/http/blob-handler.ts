import { isCoded, utf8 } from '@isobit/core';
import type { BlobErrorCode } from '../../errors.ts';
import type { BlobStat, BlobStore } from '../blob-store.ts';
import { parseRange } from './byte-range.ts';
import { responseOf } from './sendable.ts';

export interface BlobHandlerOptions {
  readonly store: Pick<BlobStore, 'stat' | 'read' | 'leaves'>;
}

/** Serves `/blobs/{root}` and `/blobs/{root}/leaves` (specs/blobs.md section 2). Never rejects. */
export type BlobHandler = (request: Request) => Promise<Response>;

const PATH = /^\/blobs\/([0-9a-f]{64})(\/leaves)?$/;

/** Named by their content, the bytes behind an address never change. */
const FOREVER = 'public, max-age=31536000, immutable';

export function createBlobHandler({ store }: BlobHandlerOptions): BlobHandler {
  return async (request) => {
    const match = PATH.exec(new URL(request.url).pathname);
    if (!match?.[1])
      return refuse(
        request,
        404,
        'BLOB_ROOT_INVALID',
        'blobs are at /blobs/{root} and /blobs/{root}/leaves, root in lowercase hex',
      );
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refuse(request, 405, 'METHOD_NOT_ALLOWED', 'blobs are read with GET and HEAD', {
        allow: 'GET, HEAD',
      });
    }
    try {
      const stat = await store.stat(match[1]);
      if (!stat) return refuse(request, 404, 'BLOB_ABSENT', `no blob ${match[1]} here: ask another host`);
      return match[2] ? await answerLeaves(store, request, stat) : answerBytes(store, request, stat);
    } catch (error) {
      const code = isCoded(error, 'BLOB_CORRUPT') ? 'BLOB_CORRUPT' : 'STORE_IO';
      return refuse(request, 500, code, 'the host cannot read this blob: ask another host');
    }
  };
}

function answerBytes(store: BlobHandlerOptions['store'], request: Request, stat: BlobStat): Response {
  const etag = `"${stat.root}"`;
  const headers = { ...commonHeaders(stat), etag };
  if (request.headers.get('if-none-match')?.includes(etag))
    return new Response(null, { status: 304, headers });
  const condition = request.headers.get('if-range');
  const range =
    condition && condition !== etag ? undefined : parseRange(request.headers.get('range'), stat.size);
  if (range === 'unsatisfiable') {
    return refuse(request, 416, 'BLOB_RANGE', `the blob has ${stat.size} bytes`, {
      'content-range': `bytes */${stat.size}`,
    });
  }
  const { start, end } = range ?? { start: 0, end: stat.size };
  const length = { 'content-length': String(end - start) };
  const contentRange = range && { 'content-range': `bytes ${start}-${end - 1}/${stat.size}` };
  const init = { status: range ? 206 : 200, headers: { ...headers, ...length, ...contentRange } };
  return request.method === 'HEAD'
    ? new Response(null, init)
    : responseOf(store.read(stat.root, { start, end }, request.signal), init);
}

async function answerLeaves(
  store: BlobHandlerOptions['store'],
  request: Request,
  stat: BlobStat,
): Promise<Response> {
  const etag = `"${stat.root}.leaves"`;
  const headers = {
    ...commonHeaders(stat),
    etag,
    'accept-ranges': 'none',
    'content-length': String(stat.blocks * 32),
  };
  if (request.headers.get('if-none-match')?.includes(etag))
    return new Response(null, { status: 304, headers: { ...headers, 'content-length': '0' } });
  if (request.method === 'HEAD') return new Response(null, { headers });
  return new Response(new Uint8Array(await store.leaves(stat.root)), { headers });
}

const commonHeaders = (stat: BlobStat): Record<string, string> => ({
  'content-type': 'application/octet-stream',
  'accept-ranges': 'bytes',
  'cache-control': FOREVER,
  'isobit-blob-size': String(stat.size),
  // A model's bytes are a stranger's: no browser may take them for a page.
  'x-content-type-options': 'nosniff',
  'content-disposition': 'attachment',
});

function refuse(
  request: Request,
  status: number,
  code: BlobErrorCode,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const body = utf8(JSON.stringify({ code, error: message }));
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}
