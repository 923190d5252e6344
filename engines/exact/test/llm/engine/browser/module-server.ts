import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { repositoryPath } from '@isobit/testing';

/** Names of packages in imports and exports of a module, not of files beside it. */
const BARE = /(\bfrom\s*|\bimport\s*\(?\s*)'([@a-z][^']*)'/g;

/**
 * Serves the repository's modules to a browser as they are, types removed, from a page that may share memory.
 *
 * @param files path in a URL → a file that is served besides, as bytes
 */
export async function serveModules(page: string, files: ReadonlyMap<string, string> = new Map()) {
  const root = repositoryPath('');
  const server = createServer((request, response) => {
    const headers = (type: string) => ({
      'content-type': type,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    const file = files.get(request.url ?? '');
    if (file !== undefined) {
      response.writeHead(200, headers('application/octet-stream'));
      createReadStream(file).pipe(response);
      return;
    }
    void answer(root, page, request.url ?? '/').then(
      ({ type, body }) => {
        response.writeHead(200, headers(type));
        response.end(body);
      },
      (error) => {
        response.writeHead(404);
        response.end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function answer(
  root: string,
  page: string,
  url: string,
): Promise<{ type: string; body: string | Buffer }> {
  if (url === '/') return { type: 'text/html', body: page };
  const path = new URL(`.${url}`, pathToFileURL(`${root}/`));
  const file = fileURLToPath(path);
  if (file.endsWith('.wasm')) return { type: 'application/wasm', body: await readFile(file) };
  const text = await readFile(file, 'utf8');
  const script = file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
  const body = script.replaceAll(
    BARE,
    (_, before: string, name: string) => `${before}'${addressOf(root, name)}'`,
  );
  return { type: 'text/javascript', body };
}

/** Where the browser finds a package's module. */
function addressOf(root: string, name: string): string {
  if (name.startsWith('node:')) return name;
  const found = fileURLToPath(import.meta.resolve(name));
  return found.slice(root.length).replace(/^\/*/, '/');
}
