import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { Hono } from 'hono';
import { serve } from '../../src/http/server.ts';

const at = { host: '127.0.0.1', port: 0 };

test('a port that is taken is named, with what to do', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as { port: number };
  await assert.rejects(serve(new Hono(), { ...at, port }), (error: { code: string; message: string }) => {
    assert.match(error.message, new RegExp(`port ${port} .* in use; free it`));
    return error.code === 'LISTEN_FAILED';
  });
  await assert.rejects(serve(new Hono(), { host: '203.0.113.1', port: 0 }), { code: 'LISTEN_FAILED' });
});

test('a client that drips its head is cut off', async (t) => {
  await using server = await serve(new Hono(), at, { headersMs: 200, keepAliveMs: 1_000, graceMs: 100 });
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const drip = setInterval(() => socket.write('x'), 50);
  t.after(() => clearInterval(drip));
  socket.write('GET / HTTP/1.1\r\nX-Slow: ');
  socket.on('error', () => {});
  const cut = socket.setEncoding('latin1').toArray();
  // A drop that was under way is answered with a reset, which may overtake what the server said.
  const answer = await cut.then(String, ({ code }: NodeJS.ErrnoException) => code);
  assert.match(answer ?? '', /408|400|^$|^ECONNRESET$|^EPIPE$/);
});

test('an answer under way ends before the server does; one that hangs is cut', async () => {
  const started = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const app = new Hono();
  app.get('/slow', async (c) => {
    started.resolve();
    await finish.promise;
    return c.text('whole');
  });
  app.get('/hang', async () => {
    started.resolve();
    return new Promise<Response>(() => {});
  });
  const server = await serve(app, at, { headersMs: 1_000, keepAliveMs: 1_000, graceMs: 5_000 });
  const answer = fetch(`http://127.0.0.1:${server.port}/slow`);
  await started.promise;
  const closing = server[Symbol.asyncDispose]();
  finish.resolve();
  assert.equal(await (await answer).text(), 'whole');
  await closing;

  const short = await serve(app, at, { headersMs: 1_000, keepAliveMs: 1_000, graceMs: 50 });
  const hung = fetch(`http://127.0.0.1:${short.port}/hang`);
  await short[Symbol.asyncDispose]();
  await assert.rejects(hung);
});
