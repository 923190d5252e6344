import { readFile } from 'node:fs/promises';
import { engineDigest, kernelsDigest } from '@isobit/exact';
import { engineFileOf } from '@isobit/exact/process';
import type { Hono } from 'hono';
import { nodeError } from '../../../errors.ts';
import type { NodeParts } from '../../../parts.ts';
import { bytesAnswer, FOREVER } from '../../bytes-answer.ts';

/** Files of models, the exact engines, and the receipt page. */
export function bytesRoutes(app: Hono, { blobHandler, openPage }: NodeParts): void {
  app.on(['GET', 'HEAD'], '/blobs/*', (c) => blobHandler(c.req.raw));

  app.get('/engines/:digest', async (c) => {
    const digest: string = c.req.param('digest');
    const file = engineFileOf(digest);
    if (!file)
      throw nodeError(
        'ENGINE_UNKNOWN',
        `no engine ${digest.slice(0, 80)} here; this node has ${engineDigest} and ${kernelsDigest}`,
      );
    return bytesAnswer(await readFile(file), 'application/wasm', {
      'cache-control': FOREVER,
      etag: `"${digest}"`,
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
