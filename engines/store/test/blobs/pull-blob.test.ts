import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { storeError } from '../../src/errors.ts';
import {
  type BlobStore,
  createBlobHandler,
  createHttpSource,
  createMemoryBlobs,
  createSourcePool,
  openBlobFolder,
  type PullProgress,
  pullBlob,
  readVerified,
  type Source,
} from '../../src/index.ts';
import { collect, noise } from './bytes.ts';
import { blocksAsked, type Handler, serve, type TestServer } from './serve.ts';

const MiB = 2 ** 20;
const SIZE = 24 * MiB + 11;
const BLOCKS = 25;
/** Quick enough for a test that waits for it, long enough for a busy machine. */
const QUICK = { idleMs: 300, retryMs: 5 };

interface Host {
  readonly server: TestServer;
  readonly source: Source;
}

/** A published blob, an empty store to pull it into, and hosts to pull it from. */
async function setup(t: TestContext, size = SIZE) {
  const origin = createMemoryBlobs();
  const { root } = await origin.put(noise(size));
  const store = createMemoryBlobs();
  const host = async (decorate: (handler: Handler) => Handler = (handler) => handler): Promise<Host> => {
    const server = await serve(decorate(createBlobHandler({ store: origin })));
    const source = createHttpSource({ url: server.url, allowPrivate: true, idleMs: QUICK.idleMs });
    t.after(() => source[Symbol.asyncDispose]());
    t.after(() => server[Symbol.asyncDispose]());
    return { server, source };
  };
  const isWhole = async (): Promise<void> =>
    assert.equal((await collect(readVerified({ store, root }))).equals(await collect(noise(size))), true);
  return { origin, root, size, store, host, isWhole };
}

/** Changes the answers to ranges; leaf lists go through as they are. */
const onRanges =
  (change: (response: Response, request: Request, nth: number) => Response | Promise<Response>) =>
  (handler: Handler): Handler => {
    let nth = 0;
    return async (request) => {
      const response = await handler(request);
      return request.headers.has('range') ? change(response, request, nth++) : response;
    };
  };

const rebody = (response: Response, body: BodyInit | null): Response =>
  new Response(body, { status: response.status, headers: response.headers });

const mapBody = (response: Response, transform: TransformStream<Uint8Array, Uint8Array>): Response =>
  rebody(response, (response.body as ReadableStream<Uint8Array>).pipeThrough(transform));

/** The first `bytes` bytes of an answer, then silence. */
function stallAfter(bytes: number, response: Response): Response {
  let left = bytes;
  return mapBody(
    response,
    new TransformStream({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, left));
        left -= Math.min(left, chunk.length);
        return left > 0 ? undefined : new Promise<void>(() => undefined);
      },
    }),
  );
}

/** Flips a bit of block `block` of the blob. */
const spoil = (block: number) =>
  onRanges((response, request) => {
    let at = Number(/=(\d+)-/.exec(request.headers.get('range') ?? '')?.[1]);
    const target = block * MiB + 5;
    return mapBody(
      response,
      new TransformStream({
        transform(chunk, controller) {
          const copy = chunk.slice();
          if (at <= target && target < at + chunk.length)
            copy[target - at] = (copy[target - at] as number) ^ 1;
          at += chunk.length;
          controller.enqueue(copy);
        },
      }),
    );
  });

suite('pulling a blob', () => {
  test('fetches each block once from one source, over few connections', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const { server, source } = await host();
    const seen: PullProgress[] = [];
    const result = await pullBlob({ root, size, sources: [source], store, onProgress: (p) => seen.push(p) });
    assert.deepEqual(result, { root, size, fetched: size, dropped: [] });
    await isWhole();
    assert.deepEqual(
      blocksAsked(server.seen).sort((a, b) => a - b),
      Array.from({ length: BLOCKS }, (_, i) => i),
    );
    assert.ok(server.sockets <= 3, `${server.sockets} sockets`);
    assert.ok(seen.every(({ bytes }, i) => i === 0 || bytes >= (seen[i - 1] as PullProgress).bytes));
    const last = seen.at(-1) as PullProgress;
    assert.deepEqual(
      [last.bytes, last.total, last.sources],
      [size, size, [{ name: source.name, bytes: size }]],
    );
    assert.ok(last.rate > 0);
  });

  test('asks nobody for what is there', async (t) => {
    const { root, size, store, host } = await setup(t);
    const { server, source } = await host();
    await pullBlob({ root, size, sources: [source], store });
    const asked = server.seen.length;
    assert.equal((await pullBlob({ root, size, sources: [source], store })).fetched, 0);
    assert.equal(server.seen.length, asked);
  });

  test('needs no leaf list for one block, and no source for none', async (t) => {
    const one = await setup(t, 1000);
    const { server, source } = await one.host();
    await pullBlob({ ...one, sources: [source] });
    await one.isWhole();
    assert.deepEqual(
      server.seen.map(({ range }) => range),
      ['bytes=0-999'],
    );
    const none = await setup(t, 0);
    const idle = await none.host();
    await pullBlob({ ...none, sources: [idle.source] });
    await none.isWhole();
    assert.deepEqual(idle.server.seen, []);
  });

  test('takes blocks from several sources', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const hosts = [await host(), await host(), await host()];
    const result = await pullBlob({ root, size, sources: hosts.map(({ source }) => source), store });
    await isWhole();
    assert.equal(result.fetched, size);
    for (const { server } of hosts) assert.ok(blocksAsked(server.seen).length > 0, 'each had work');
  });

  test('drops a source that serves a bad block, and names the block', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const [good, bad] = [await host(), await host(spoil(0))];
    const result = await pullBlob({ root, size, sources: [bad.source, good.source], store });
    await isWhole();
    assert.deepEqual(
      result.dropped.map(({ source, reason, block }) => ({ source, reason, block })),
      [{ source: bad.source.name, reason: 'SOURCE_BAD_BLOCK', block: 0 }],
    );
  });

  test('fails when every source lies, and says of each what it did', async (t) => {
    const { root, size, store, host } = await setup(t);
    const liars = [await host(spoil(3)), await host(spoil(3))];
    const pull = pullBlob({ root, size, sources: liars.map(({ source }) => source), store });
    await assert.rejects(
      pull,
      (error: { code: string; message: string; details: { sources: { source: string }[] } }) => {
        assert.equal(error.code, 'PULL_FAILED');
        assert.deepEqual(
          error.details.sources.map(({ source }) => source).sort(),
          liars.map(({ source }) => source.name).sort(),
        );
        return /SOURCE_BAD_BLOCK/.test(error.message);
      },
    );
    assert.equal(await store.has(root), false);
  });

  test('drops a source whose leaf list leads elsewhere, or is no leaf list', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const leaves = (bytes: number) => () => () => new Response(new Uint8Array(bytes));
    const hosts = [
      await host(leaves(BLOCKS * 32)),
      await host(leaves(31)),
      await host(leaves(2 ** 24)),
      await host(),
    ];
    const result = await pullBlob({
      root,
      size,
      sources: hosts.map(({ source }) => source),
      store,
      ...QUICK,
    });
    await isWhole();
    assert.deepEqual(
      result.dropped.map(({ reason }) => reason),
      ['SOURCE_BAD_LEAVES', 'SOURCE_PROTOCOL', 'SOURCE_PROTOCOL'],
    );
  });

  test('a slow source does not hold up the end', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const slow = await host(onRanges((response) => stallAfter(100_000, response)));
    const quick = await host();
    // Without a second copy of its blocks the pull would last as long as this patience.
    const patience = { idleMs: 60_000, blockMs: 60_000 };
    const result = await pullBlob({ root, size, sources: [slow.source, quick.source], store, ...patience });
    await isWhole();
    assert.deepEqual(result.dropped, []);
  });

  test('leaves a source that stalls', async (t) => {
    const { root, size, store, host } = await setup(t);
    const { source } = await host(onRanges((response) => stallAfter(100_000, response)));
    await assert.rejects(
      pullBlob({ root, size, sources: [source], store, ...QUICK, attempts: 2 }),
      (error: Error) => /SOURCE_STALLED/.test(error.message),
    );
  });

  test('leaves a source that drips', async (t) => {
    const { root, size, store } = await setup(t);
    const dripping: Source = {
      name: 'dripping',
      leaves: () => assert.fail('not asked'),
      async *range(_, signal) {
        for (;;) {
          signal.throwIfAborted();
          yield Uint8Array.of(1);
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    };
    const leaves = async () => (await setup(t)).origin.leaves(root);
    const withLeaves: Source = { ...dripping, leaves };
    const pull = pullBlob({
      root,
      size,
      sources: [withLeaves],
      store,
      idleMs: 5_000,
      blockMs: 50,
      attempts: 1,
    });
    await assert.rejects(pull, { code: 'PULL_FAILED', message: /dripping: SOURCE_STALLED/ });
  });

  test('goes on after answers that were cut short', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const cut = onRanges((response, _, nth) => {
      let left = 1.5 * MiB;
      const transform = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk.subarray(0, left));
          left -= Math.min(left, chunk.length);
          if (left === 0) controller.error(new Error('cut'));
        },
      });
      return nth < 4 ? mapBody(response, transform) : response;
    });
    const { server, source } = await host(cut);
    const result = await pullBlob({ root, size, sources: [source], store, ...QUICK });
    await isWhole();
    assert.deepEqual(result.dropped, []);
    assert.ok(server.seen.length > 5);
  });

  test('gives up on a source that always breaks off', async (t) => {
    const { root, size, store, host } = await setup(t);
    const { source, server } = await host(
      onRanges((response) =>
        rebody(response, new ReadableStream({ pull: (c) => c.error(new Error('broken')) })),
      ),
    );
    const pull = pullBlob({ root, size, sources: [source], store, ...QUICK, attempts: 3, connections: 1 });
    await assert.rejects(pull, { code: 'PULL_FAILED', message: /SOURCE_IO/ });
    assert.equal(server.seen.filter(({ range }) => range).length, 3);
  });

  test('comes back to a source that was busy', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const { source } = await host(
      onRanges((response, _, nth) => (nth < 3 ? new Response(null, { status: 503 }) : response)),
    );
    assert.deepEqual((await pullBlob({ root, size, sources: [source], store, ...QUICK })).dropped, []);
    await isWhole();
  });

  test('leaves sources that redirect, answer another range, or do not hold the blob', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const elsewhere = await host();
    const hosts = [
      await host(
        onRanges(() => new Response(null, { status: 307, headers: { location: elsewhere.server.url } })),
      ),
      await host(
        onRanges((response) => rebody(response, response.body)) &&
          (() => () => new Response(null, { status: 404 })),
      ),
      await host(
        onRanges((response) => {
          response.headers.set('content-range', `bytes 7-8/${size}`);
          return response;
        }),
      ),
    ];
    const { promise: allRefused, resolve } = Promise.withResolvers<void>();
    const good = await host(onRanges((response) => allRefused.then(() => response)));
    const pool = createSourcePool([...hosts.map(({ source }) => source), good.source]);
    pool.onChange(() => pool.dropped.length === 2 && resolve(), new AbortController().signal);
    const result = await pullBlob({ root, size, sources: pool, store, idleMs: 10_000 });
    await isWhole();
    assert.deepEqual(
      new Map(result.dropped.map(({ source, reason }) => [source, reason])),
      new Map([
        [hosts[0]?.source.name, 'SOURCE_REDIRECT'],
        [hosts[1]?.source.name, 'SOURCE_ABSENT'],
        [hosts[2]?.source.name, 'SOURCE_PROTOCOL'],
      ]),
    );
    assert.deepEqual(elsewhere.server.seen, []);
  });

  test('drops a source that sends more than was asked', async (t) => {
    const { root, size, store, host } = await setup(t);
    const generous = onRanges(async (response) => {
      response.headers.delete('content-length');
      return rebody(
        response,
        Buffer.concat([Buffer.from(await response.arrayBuffer()), Buffer.from('more')]),
      );
    });
    const { source } = await host(generous);
    await assert.rejects(pullBlob({ root, size, sources: [source], store }), {
      code: 'PULL_FAILED',
      message: /SOURCE_PROTOCOL/,
    });
  });

  test('uses a source that is added while it runs', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const stuck = await host(onRanges((response) => stallAfter(2 * MiB, response)));
    const late = await host();
    const pool = createSourcePool([stuck.source]);
    const onProgress = ({ bytes }: PullProgress): void => {
      if (bytes > 0) pool.add(late.source);
    };
    await pullBlob({ root, size, sources: pool, store, onProgress, idleMs: 60_000 });
    await isWhole();
    assert.ok(late.server.seen.length > 0);
  });

  test('fails at once without any source', async (t) => {
    const { root, size, store } = await setup(t);
    await assert.rejects(pullBlob({ root, size, sources: [], store }), {
      code: 'PULL_FAILED',
      message: /none was given/,
    });
  });

  test('a source on a private network is left unless it is allowed', async (t) => {
    const { root, size, store, host } = await setup(t);
    const { server } = await host();
    await using source = createHttpSource({ url: server.url });
    await assert.rejects(pullBlob({ root, size, sources: [source], store }), {
      code: 'PULL_FAILED',
      message: /ADDRESS_REFUSED/,
    });
    assert.equal(server.sockets, 0);
  });

  test("ends with the caller's reason, keeps what has come, and writes nothing afterwards", async (t) => {
    const { root, size, host } = await setup(t);
    const store = await openBlobFolder({ dir: tempDir(t) });
    const { source, server } = await host();
    const abort = new AbortController();
    const onProgress = ({ bytes }: PullProgress): void => {
      if (bytes >= 5 * MiB) abort.abort(new Error('changed my mind'));
    };
    await assert.rejects(
      pullBlob({ root, size, sources: [source], store, signal: abort.signal, onProgress }),
      /changed my mind/,
    );
    const before = server.seen.length;
    const result = await pullBlob({ root, size, sources: [source], store });
    assert.ok(result.fetched <= size - 5 * MiB, `${result.fetched} bytes came again`);
    assert.ok(server.seen.length > before);
  });

  test("a store that fails ends the pull with the store's own code", async (t) => {
    const { root, size, store, host } = await setup(t);
    const { source } = await host();
    const full: BlobStore = {
      ...store,
      async partial(options) {
        const partial = await store.partial(options);
        if (partial) partial.write = () => Promise.reject(storeError('STORE_FULL', 'no room'));
        return partial;
      },
    };
    await assert.rejects(pullBlob({ root, size, sources: [source], store: full }), { code: 'STORE_FULL' });
  });

  test('ten pulls at once', async (t) => {
    const { origin, host } = await setup(t);
    const blobs = await Promise.all(
      Array.from({ length: 10 }, (_, i) => origin.put(noise(3 * MiB + i, i + 2))),
    );
    const [{ source }, store] = [await host(), createMemoryBlobs()];
    await Promise.all(blobs.map(({ root, size }) => pullBlob({ root, size, sources: [source], store })));
    for (const { root } of blobs) await collect(readVerified({ store, root }));
  });

  test('the same blob pulled twice at once comes once', async (t) => {
    const { root, size, store, host, isWhole } = await setup(t);
    const { source } = await host();
    const results = await Promise.all([1, 2].map(() => pullBlob({ root, size, sources: [source], store })));
    assert.deepEqual(results.map(({ fetched }) => fetched).sort(), [0, size]);
    await isWhole();
  });
});
