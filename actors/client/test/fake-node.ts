import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeApi, type NodeApi } from '../src/index.ts';

export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A server on loopback that answers as a test wants, and its api. */
export async function serveFake(t: { after(hook: () => unknown): void }, route: Route): Promise<NodeApi> {
  const server = createServer((request, response) => void route(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return createNodeApi({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
}

export const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Route =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };

export const code =
  (expected: string, details: Record<string, unknown> = {}) =>
  (error: unknown) => {
    const actual = error as { code?: string; details?: Record<string, unknown> };
    if (actual.code !== expected) throw error;
    return Object.entries(details).every(([name, value]) => actual.details?.[name] === value);
  };
