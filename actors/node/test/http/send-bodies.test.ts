import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import { suite, type TestContext, test } from 'node:test';
import { createBlobHandler, openBlobFolder } from '@isobit/store';
import { tempDir, waitFor } from '@isobit/testing';
import { Hono } from 'hono';
import { serve } from '../../src/http/server.ts';

const SIZE = 5_000_000;

/** @param size that the store states */
async function served(t: TestContext, size = SIZE) {
  const store = await openBlobFolder({ dir: await tempDir(t) });
  const bytes = Buffer.alloc(SIZE);
  for (let at = 0; at < SIZE; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
  const { root } = await store.put([bytes]);
  let open = 0;
  const counting = {
    ...store,
    stat: async (of: string) => ({ root: of, size, blocks: 5 }),
    read: (...args: Parameters<typeof store.read>) => {
      const read = store.read(...args) as ReturnType<typeof store.read> & {
        sendTo(out: unknown): Promise<void>;
      };
      return Object.assign(read, {
        sendTo: async (out: never) => {
          open++;
          await Object.getPrototypeOf(read)
            .sendTo.call(read, out)
            .finally(() => open--);
        },
      });
    },
  };
  const handler = createBlobHandler({ store: counting });
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    c.res.headers.set('x-after', 'yes');
  });
  app.on(['GET', 'HEAD'], '/blobs/*', (c) => handler(c.req.raw));
  const server = await serve(app, { host: '127.0.0.1', port: 0 });
  t.after(() => server[Symbol.asyncDispose]());
  const url = `http://127.0.0.1:${server.port}/blobs/${root}`;
  return { url, bytes, open: () => open };
}

suite('bodies that know a short way', () => {
  test('arrive whole, with the heads that the application added', async (t) => {
    const { url, bytes } = await served(t);
    const whole = await fetch(url);
    assert.equal(whole.status, 200);
    assert.equal(whole.headers.get('x-after'), 'yes');
    assert.ok(Buffer.from(await whole.arrayBuffer()).equals(bytes));
    const part = await fetch(url, { headers: { range: 'bytes=1000000-3999999' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 1000000-3999999/${SIZE}`);
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1_000_000, 4_000_000)));
    const head = await fetch(url, { method: 'HEAD' });
    assert.equal(head.headers.get('content-length'), String(SIZE));
    assert.equal((await head.arrayBuffer()).byteLength, 0);
  });

  test('are read no further when the client leaves', async (t) => {
    const { url, open } = await served(t);
    const request = get(url);
    const [response] = await once(request, 'response');
    await once(response, 'readable');
    assert.equal(open(), 1);
    request.destroy();
    await waitFor(() => open() === 0, { what: 'the file to be let go' });
  });

  test('break off where the file is shorter than it was said to be', async (t) => {
    const { url } = await served(t, SIZE + 1);
    await assert.rejects(fetch(url).then((response) => response.arrayBuffer()));
  });
});
