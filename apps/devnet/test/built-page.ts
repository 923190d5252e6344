import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Rolldown } from 'vite';

type Output = Rolldown.RolldownOutput['output'][number];

/** What Vite builds of a folder, in memory. */
export async function buildFolder(root: string): Promise<readonly Output[]> {
  const { build } = await import('vite');
  const built = await build({ root, configFile: false, logLevel: 'error', build: { write: false } });
  return (built as Rolldown.RolldownOutput).output;
}

/** A web server for a page that is built later: nodes must know its origin before. */
export interface PageServer extends AsyncDisposable {
  readonly origin: string;
  show(output: readonly Output[]): void;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  wasm: 'application/wasm',
};

export async function servePage(): Promise<PageServer> {
  const files = new Map<string, string | Uint8Array>();
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://page.test');
    const name = pathname === '/' ? 'index.html' : pathname.slice(1);
    const body = files.get(name);
    const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show(output) {
      for (const each of output) files.set(each.fileName, each.type === 'asset' ? each.source : each.code);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
