import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { createBlobHandler, createHttpSource, createMemoryBlobs } from '../../src/index.ts';
import { collect, noise } from './bytes.ts';
import { type Handler, serve } from './serve.ts';

const MiB = 2 ** 20;
const SIZE = 2 * MiB + 3;
const { signal } = new AbortController();

async function source(t: TestContext, decorate: (handler: Handler) => Handler = (handler) => handler) {
  const store = createMemoryBlobs();
  const { root } = await store.put(noise(SIZE));
  const server = await serve(decorate(createBlobHandler({ store })));
  const http = createHttpSource({ url: server.url, allowPrivate: true, idleMs: 200 });
  t.after(() => http[Symbol.asyncDispose]());
  t.after(() => server[Symbol.asyncDispose]());
  const range = (start: number, end: number) => collect(http.range({ root, size: SIZE, start, end }, signal));
  return { store, root, server, http, range, leaves: () => http.leaves(root, SIZE, signal) };
}

/** Answers with these heads and this body, whatever is asked. */
const always =
  (status: number, headers: Record<string, string>, body: BodyInit | null = null) =>
  (): Handler =>
  () =>
    new Response(body, { status, headers });

const RANGE = { 'content-range': `bytes 0-9/${SIZE}` };

suite('http source', () => {
  test('fetches ranges and leaves, and reuses its connections', async (t) => {
    const { range, leaves, store, root, server } = await source(t);
    const bytes = await collect(noise(SIZE));
    assert.deepEqual(await range(0, 10), bytes.subarray(0, 10));
    assert.deepEqual(await range(MiB - 1, SIZE), bytes.subarray(MiB - 1));
    assert.deepEqual(Buffer.from(await leaves()), Buffer.from(await store.leaves(root)));
    for (let i = 0; i < 8; i++) await range(i, MiB);
    assert.ok(server.sockets <= 2, `${server.sockets} sockets for 11 questions`);
  });

  test('asks below the path of its URL', async (t) => {
    const { server, root } = await source(t);
    await using http = createHttpSource({ url: `${server.url}some/where`, allowPrivate: true });
    await assert.rejects(http.leaves(root, SIZE, signal), { code: 'SOURCE_ABSENT' });
    assert.equal(server.seen[0]?.path, `/some/where/blobs/${root}/leaves`);
  });

  const refusals: [string, string, RegExp, () => Handler][] = [
    [
      'the whole blob where a range is asked for',
      'SOURCE_PROTOCOL',
      /answers 200 where 206/,
      always(200, {}, 'x'.repeat(10)),
    ],
    [
      'another range',
      'SOURCE_PROTOCOL',
      /bytes 1-10/,
      always(206, { 'content-range': `bytes 1-10/${SIZE}` }, 'x'.repeat(10)),
    ],
    [
      'another size',
      'SOURCE_PROTOCOL',
      /bytes 0-9\/10/,
      always(206, { 'content-range': 'bytes 0-9/10' }, 'x'.repeat(10)),
    ],
    ['no range', 'SOURCE_PROTOCOL', /undefined/, always(206, {}, 'x'.repeat(10))],
    [
      'an encoding',
      'SOURCE_PROTOCOL',
      /encoded/,
      always(206, { ...RANGE, 'content-encoding': 'gzip' }, 'x'.repeat(10)),
    ],
    [
      'an announcement of more bytes',
      'SOURCE_PROTOCOL',
      /announced 11/,
      always(206, { ...RANGE, 'content-length': '11' }, 'x'.repeat(11)),
    ],
    ['more bytes than asked for', 'SOURCE_PROTOCOL', /more than the 10/, always(206, RANGE, 'x'.repeat(11))],
    ['an end before the last byte', 'SOURCE_IO', /ended after 9 of 10/, always(206, RANGE, 'x'.repeat(9))],
    [
      'a redirect',
      'SOURCE_REDIRECT',
      /redirects to http:\/\/169\.254\.169\.254/,
      always(302, { location: 'http://169.254.169.254/' }),
    ],
    ['a permanent redirect', 'SOURCE_REDIRECT', /never followed/, always(308, { location: '/elsewhere' })],
    ['nothing of it', 'SOURCE_ABSENT', /does not hold/, always(404, {})],
    ['overload', 'SOURCE_BUSY', /answers 503/, always(503, {})],
    ['too many questions', 'SOURCE_BUSY', /answers 429/, always(429, {})],
    ['a refusal', 'SOURCE_PROTOCOL', /answers 403/, always(403, {})],
  ];
  for (const [what, code, message, answer] of refusals) {
    test(`refuses ${what}`, async (t) => {
      const { range, server } = await source(t, answer);
      await assert.rejects(range(0, 10), { code, message });
      assert.equal(server.seen.length, 1, 'one question, no redirect followed');
    });
  }

  test('reads no more of a leaf list than its size demands', async (t) => {
    let sent = 0;
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 65_536;
          controller.enqueue(new Uint8Array(65_536));
        },
      });
    const { leaves } = await source(t, always(200, {}, endless()));
    await assert.rejects(leaves(), { code: 'SOURCE_PROTOCOL', message: /more than the 96/ });
    assert.ok(sent < 8 * MiB, `${sent} bytes of an endless list were read`);
  });

  test('refuses a leaf list that is announced absurdly long', async (t) => {
    const { leaves } = await source(
      t,
      always(200, { 'content-length': String(2 ** 40) }, new ReadableStream()),
    );
    await assert.rejects(leaves(), { code: 'SOURCE_PROTOCOL', message: /announced 1099511627776/ });
  });

  test('is told from a silent source', async (t) => {
    const silent = await source(t, () => () => new Promise<Response>(() => undefined));
    await assert.rejects(silent.range(0, 10), { code: 'SOURCE_STALLED' });
    const halfway = await source(
      t,
      always(206, RANGE, new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(5)) })),
    );
    await assert.rejects(halfway.range(0, 10), { code: 'SOURCE_STALLED' });
  });

  test('gives nonsense, and nobody, a code', async (t) => {
    const speaking = (text: string) => (socket: Socket) => void socket.once('data', () => socket.end(text));
    const server = createServer(speaking('SSH-2.0-OpenSSH_9.6\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using nonsense = createHttpSource({ url, allowPrivate: true });
    await assert.rejects(nonsense.leaves('a'.repeat(64), 10, signal), { code: 'SOURCE_PROTOCOL' });
    await using nobody = createHttpSource({ url: 'http://127.0.0.1:1', allowPrivate: true });
    await assert.rejects(nobody.leaves('a'.repeat(64), 10, signal), { code: 'SOURCE_IO' });
  });

  test("ends with the caller's reason when the caller gives up", async (t) => {
    const { http, root } = await source(t, always(206, RANGE, new ReadableStream()));
    const abort = new AbortController();
    const reading = collect(http.range({ root, size: SIZE, start: 0, end: 10 }, abort.signal));
    abort.abort(new Error('enough'));
    await assert.rejects(reading, /enough/);
  });

  test('never connects to a private address, however it is written', async (t) => {
    const { server, root } = await source(t);
    const { port } = new URL(server.url);
    const hosts = [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '127.1',
      '2130706433',
      '0x7f.1',
      '0',
      '[::]',
      '169.254.169.254',
    ];
    for (const host of hosts) {
      await using http = createHttpSource({ url: `http://${host}:${port}` });
      await assert.rejects(http.leaves(root, SIZE, signal), { code: 'ADDRESS_REFUSED' }, host);
    }
    assert.equal(server.sockets, 0);
  });

  test('refuses addresses that are not plain http', () => {
    for (const url of [
      'ftp://host/',
      'file:///etc/passwd',
      'http://user:word@host/',
      'http://host/?q',
      'http://host/#f',
      'nonsense',
      '',
    ]) {
      assert.throws(() => createHttpSource({ url }), { code: 'ADDRESS_REFUSED' }, url);
    }
  });
});
