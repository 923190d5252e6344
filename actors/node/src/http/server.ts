import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { nodeError } from '../errors.ts';
import { sendBodies } from './send-bodies.ts';

/** Disposing of it lets answers under way end for a moment, then cuts them. */
export interface HttpServer extends AsyncDisposable {
  readonly port: number;
}

/** Times in milliseconds. */
export interface ServerTimes {
  /** Longest wait for the head of a request, so that idle half-open connections end. */
  readonly headersMs: number;
  /** An idle connection is kept for the client's next request. */
  readonly keepAliveMs: number;
  /** How long answers under way may take when the server is disposed of. */
  readonly graceMs: number;
}

const defaultTimes: ServerTimes = { headersMs: 15_000, keepAliveMs: 30_000, graceMs: 1_000 };
/** Connections at once: each costs memory before it has asked anything. */
const MAX_CONNECTIONS = 2_000;
/** Uploads of models take their time; other bodies are timed by their routes. */
const NO_TOTAL_LIMIT = 0;

/**
 * Serves an application.
 *
 * @throws CodedError `LISTEN_FAILED` naming the port and what to do
 */
export async function serve(
  app: Pick<Hono, 'fetch'>,
  { host, port }: { host: string; port: number },
  times: ServerTimes = defaultTimes,
): Promise<HttpServer> {
  const { headersMs, keepAliveMs, graceMs } = times;
  const server = createAdaptorServer({
    fetch: sendBodies((request, env) => app.fetch(request, env)),
    hostname: host,
    createServer,
    serverOptions: {
      headersTimeout: headersMs,
      requestTimeout: NO_TOTAL_LIMIT,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: Math.ceil(headersMs / 3),
    },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const what =
    error.code === 'EADDRINUSE'
      ? `port ${port} of ${host} is in use; free it, or choose another with --http ${host}:PORT`
      : `${host}:${port} can't be listened on: ${error.message}`;
  return nodeError('LISTEN_FAILED', what, { host, port, reason: error.code }, { cause: error });
}
