import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { tempDir } from '@isobit/testing';
import {
  type BlobRange,
  type ByteSink,
  createBlobHandler,
  createHttpSource,
  openBlobFolder,
} from '../../src/index.ts';
import { collect, noise } from './bytes.ts';
import { type Handler, serve } from './serve.ts';

const MiB = 2 ** 20;
const SIZE = 3 * MiB + 7;
const { signal } = new AbortController();

/** Gathers bytes, in room of `room` bytes at a time; `answer` is what it says after each filling. */
function sinkOf(room: number, answer: (bytes: number) => boolean | Promise<boolean> = () => true) {
  const parts: Buffer[] = [];
  let memory = Buffer.alloc(room);
  let filled = 0;
  const sink: ByteSink = {
    room: () => memory.subarray(filled),
    took(bytes) {
      filled += bytes;
      if (filled < room) return answer(bytes);
      parts.push(memory);
      memory = Buffer.alloc(room);
      filled = 0;
      return answer(bytes);
    },
  };
  return { sink, bytes: () => Buffer.concat([...parts, memory.subarray(0, filled)]) };
}

async function served(t: TestContext, decorate: (handler: Handler) => Handler = (handler) => handler) {
  const store = await openBlobFolder({ dir: await tempDir(t) });
  const { root } = await store.put(noise(SIZE));
  const server = await serve(decorate(createBlobHandler({ store })));
  t.after(() => server[Symbol.asyncDispose]());
  const source = createHttpSource({ url: server.url, allowPrivate: true, idleMs: 500 });
  t.after(() => source[Symbol.asyncDispose]());
  const into = (start: number, end: number, sink: ByteSink, ended = signal) =>
    source.into?.({ root, size: SIZE, start, end }, sink, ended);
  return { root, server, source, into, bytes: await collect(noise(SIZE)) };
}

const CLOSE = 'close';

/** A host that answers each request with the next of these texts, or closes the connection. */
async function speaking(t: TestContext, ...answers: string[]) {
  let asked = 0;
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => {
      const text = answers[asked++];
      if (text === undefined || text === CLOSE) socket.destroy();
      else socket.write(text, 'latin1');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const source = createHttpSource({ url, allowPrivate: true, idleMs: 500 });
  t.after(() => source[Symbol.asyncDispose]());
  return { source, asked: () => asked };
}

const RANGE: BlobRange = { root: 'a'.repeat(64), size: 20, start: 0, end: 10 };
const head = (...lines: string[]): string =>
  ['HTTP/1.1 206 Partial Content', 'Content-Range: bytes 0-9/20', ...lines, '\r\n'].join('\r\n');
const TEN = '0123456789';

suite('ranges straight into memory', () => {
  test('come whole in room of any size, over one connection', async (t) => {
    const { into, server, bytes } = await served(t);
    for (const [start, end] of [
      [0, SIZE],
      [MiB - 3, MiB + 4],
      [SIZE - 1, SIZE],
    ] as const)
      for (const room of [1 << 20, 70_001, 7]) {
        if (end - start > 10 && room < 10) continue;
        const taken = sinkOf(room);
        await into(start, end, taken.sink);
        assert.ok(taken.bytes().equals(bytes.subarray(start, end)), `${start}-${end} in ${room}`);
      }
    assert.equal(server.sockets, 1);
  });

  test('wait while there is no room', async (t) => {
    const { into, bytes } = await served(t);
    const later = () => new Promise<boolean>((resolve) => setImmediate(() => resolve(true)));
    const taken = sinkOf(100_000, later);
    await into(0, SIZE, taken.sink);
    assert.ok(taken.bytes().equals(bytes));
  });

  test('stop when no more is wanted, at once or after a while', async (t) => {
    const { into, bytes } = await served(t);
    for (const answer of [() => false, () => Promise.resolve(false)]) {
      const taken = sinkOf(1_000, answer);
      await into(0, SIZE, taken.sink);
      const got = taken.bytes();
      assert.ok(got.length > 0 && got.length <= 1_000);
      assert.ok(got.equals(bytes.subarray(0, got.length)));
    }
    const all = sinkOf(MiB);
    await into(0, SIZE, all.sink);
    assert.ok(all.bytes().equals(bytes));
  });

  test('end with what the sink throws, and with the reason of the signal', async (t) => {
    const { into } = await served(t);
    const failing = sinkOf(1_000, () => {
      throw new Error('no');
    });
    await assert.rejects(into(0, SIZE, failing.sink) as Promise<void>, /SOURCE_IO|no/);
    const late = sinkOf(1_000, () => Promise.reject(new Error('later no')));
    await assert.rejects(into(0, SIZE, late.sink) as Promise<void>);
    const abort = new AbortController();
    const leaving = sinkOf(1_000, () => {
      abort.abort(new Error('enough'));
      return true;
    });
    await assert.rejects(into(0, SIZE, leaving.sink, abort.signal) as Promise<void>, /enough/);
  });

  test('are left to a full client where the answer is not the plain one', async (t) => {
    const chunks = `${head('Transfer-Encoding: chunked')}a\r\n${TEN}\r\n0\r\n\r\n`;
    const { source, asked } = await speaking(t, chunks, chunks, chunks);
    for (const questions of [2, 3]) {
      const taken = sinkOf(10);
      await source.into?.(RANGE, taken.sink, signal);
      assert.equal(taken.bytes().toString(), TEN);
      assert.equal(asked(), questions, 'the second time the full client is asked at once');
    }
  });

  test('name what is wrong as a full client does', async (t) => {
    const answering = (status: number) => (): Handler => () => new Response(null, { status });
    for (const [status, code] of [
      [404, 'SOURCE_ABSENT'],
      [503, 'SOURCE_BUSY'],
      [302, 'SOURCE_REDIRECT'],
      [200, 'SOURCE_PROTOCOL'],
    ] as const) {
      const { into } = await served(t, answering(status));
      await assert.rejects(into(0, 10, sinkOf(10).sink) as Promise<void>, { code });
    }
  });

  test('break off with a code when the host ends early', async (t) => {
    const { source } = await speaking(t, `${head('Content-Length: 10', 'Connection: close')}01234`);
    const ends = sinkOf(10);
    const reading = source.into?.(RANGE, ends.sink, AbortSignal.timeout(300)) as Promise<void>;
    await assert.rejects(reading);
    assert.equal(ends.bytes().toString(), '01234');
    const gone = await speaking(t);
    await assert.rejects(gone.source.into?.(RANGE, sinkOf(10).sink, signal) as Promise<void>, {
      code: 'SOURCE_IO',
    });
  });

  test('are asked for again where a kept connection was closed meanwhile', async (t) => {
    const plain = head('Content-Length: 10') + TEN;
    const { source, asked } = await speaking(t, plain, CLOSE, plain);
    for (let i = 0; i < 2; i++) {
      const taken = sinkOf(10);
      await source.into?.(RANGE, taken.sink, signal);
      assert.equal(taken.bytes().toString(), TEN);
    }
    assert.equal(asked(), 3);
  });

  test('give a sink no byte beyond the range, and drop a host that sends more', async (t) => {
    const plain = `${head('Content-Length: 10')}${TEN}HTTP/1.1 206 smuggled`;
    const { source, asked } = await speaking(t, plain, head('Content-Length: 10') + TEN);
    for (let i = 0; i < 2; i++) {
      const taken = sinkOf(11);
      await source.into?.(RANGE, taken.sink, signal);
      assert.equal(taken.bytes().toString(), TEN);
    }
    assert.equal(asked(), 2);
  });

  test('a head that never ends is read no further than its limit', async (t) => {
    const { source } = await speaking(t, head(`X: ${'x'.repeat(20_000)}`), head(`X: ${'x'.repeat(20_000)}`));
    await assert.rejects(source.into?.(RANGE, sinkOf(10).sink, signal) as Promise<void>, {
      code: /^SOURCE_/,
    });
  });

  test('never come from a private address', async (t) => {
    const { server, root } = await served(t);
    const { port } = new URL(server.url);
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0']) {
      await using source = createHttpSource({ url: `http://${host}:${port}` });
      const range = { root, size: SIZE, start: 0, end: 10 };
      await assert.rejects(
        source.into?.(range, sinkOf(10).sink, signal) as Promise<void>,
        { code: 'ADDRESS_REFUSED' },
        host,
      );
    }
    assert.equal(server.sockets, 0);
  });
});
