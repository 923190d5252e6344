import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeWebStream } from 'node:stream/web';

export type Handler = (request: Request) => Response | Promise<Response>;

/** One request as the server saw it: `GET /blobs/ab… bytes=0-99`. */
export interface Seen {
  readonly path: string;
  readonly range: string | undefined;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Sockets that were opened in all. */
  readonly sockets: number;
}

/** Serves a web handler on loopback, and keeps a list of what was asked. */
export async function serve(handler: Handler): Promise<TestServer> {
  const seen: Seen[] = [];
  let sockets = 0;
  const server = createServer((req, res) => {
    seen.push({ path: req.url ?? '', range: req.headers.range });
    answer(handler, req, res).catch(() => res.destroy());
  });
  server.on('connection', () => sockets++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    seen,
    get sockets() {
      return sockets;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(handler: Handler, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const abort = new AbortController();
  res.on('close', () => abort.abort());
  const url = `http://127.0.0.1${req.url}`;
  const headers = req.headers as Record<string, string>;
  const response = await handler(
    new Request(url, { method: req.method ?? 'GET', headers, signal: abort.signal }),
  );
  if (abort.signal.aborted) return;
  res.writeHead(response.status, Object.fromEntries(response.headers));
  res.flushHeaders();
  if (!response.body) return void res.end();
  const body = Readable.fromWeb(response.body as NodeWebStream);
  // A body may fail once more after the pipeline has ended.
  body.on('error', () => undefined);
  await pipeline(body, res);
}

/** Blocks that the ranges of these requests touch, in order, with repetitions. */
export function blocksAsked(seen: readonly Seen[]): number[] {
  return seen.flatMap(({ range }) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(range ?? '');
    if (!match) return [];
    const first = Math.floor(Number(match[1]) / 2 ** 20);
    const last = Math.floor(Number(match[2]) / 2 ** 20);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}
