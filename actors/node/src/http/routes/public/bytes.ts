import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import {
  engineDigest,
  kernelsDigest,
  wllamaDigest,
  wllamaLicenceDigest,
  wllamaScriptDigest,
} from '@isobit/exact';
import { engineFileOf } from '@isobit/exact/process';
import type { Hono } from 'hono';
import { nodeError } from '../../../errors.ts';
import { installedNatives } from '../../../installed-natives.ts';
import type { NodeParts } from '../../../parts.ts';
import { bytesAnswer, FOREVER } from '../../bytes-answer.ts';

/** Files of models, the exact engines, and the receipt page. */
export function bytesRoutes(app: Hono, { blobHandler, openPage }: NodeParts): void {
  app.on(['GET', 'HEAD'], '/blobs/*', (c) => blobHandler(c.req.raw));

  app.get('/engines/:digest', async (c) => {
    const digest: string = c.req.param('digest');
    const file = await fileOf(digest);
    return bytesAnswer(await readFile(file), TYPES[extname(file)] ?? 'text/plain; charset=utf-8', {
      'cache-control': FOREVER,
      etag: `"${digest}"`,
      'x-content-type-options': 'nosniff',
      ...(WLLAMA.has(digest) ? { link: `</engines/${wllamaLicenceDigest}>; rel="license"` } : {}),
    });
  });

  const page = async (): Promise<Response> => {
    const { html, sha256 } = await openPage();
    return bytesAnswer(html, 'text/html; charset=utf-8', {
      'isobit-page': sha256,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  };
  app.get('/', page);
  app.get('/r/:digest', page);
}

const TYPES: Readonly<Record<string, string>> = {
  '.wasm': 'application/wasm',
  '.cjs': 'text/javascript; charset=utf-8',
};

/** What is installed on demand; its licence asks to go with it. */
const WLLAMA: ReadonlySet<string> = new Set([wllamaDigest, wllamaScriptDigest, wllamaLicenceDigest]);

/** @throws CodedError `ENGINE_UNKNOWN`; `ENGINE_UNAVAILABLE` for one that is not installed here */
async function fileOf(digest: string): Promise<string> {
  const file = WLLAMA.has(digest) ? (await installedNatives()).wllamaFileOf(digest) : engineFileOf(digest);
  if (file) return file;
  throw nodeError(
    'ENGINE_UNKNOWN',
    `no engine ${digest.slice(0, 80)} here; this node has ${engineDigest} and ${kernelsDigest}`,
  );
}
