import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { nodeKey } from '@isobit/core';
import type { BlobPort, BlobRange } from '../src/index.ts';
import { coded, testPair } from './support.ts';

const ROOT = 'ef'.repeat(32);
const bytes = randomBytes(3_000_000);
const blob = { root: ROOT, size: bytes.length };
const never = new AbortController().signal;

async function* pieces(data: Uint8Array, step = 100_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += step) yield data.subarray(at, at + step);
}

const port: BlobPort = {
  leaves: async (root) => (root === ROOT ? new Uint8Array(96).fill(5) : undefined),
  range: async ({ root, start, end }) => (root === ROOT ? pieces(bytes.subarray(start, end)) : undefined),
};

async function scene(t: TestContext, served: BlobPort = port) {
  const { worker, client } = await testPair(t);
  await worker.handleBlobs(served);
  return { worker, source: client.blobSource(worker.self), client };
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const out: Uint8Array[] = [];
  for await (const chunk of chunks) out.push(chunk);
  return Buffer.concat(out);
}

test('bytes and leaves come as they are held', async (t) => {
  const { worker, source } = await scene(t);
  assert.equal(source.name, worker.self);
  assert.deepEqual(await source.leaves(ROOT, bytes.length, never), new Uint8Array(96).fill(5));
  for (const [start, end] of [
    [0, bytes.length],
    [0, 1],
    [999_999, 2_000_001],
    [2_999_999, 3_000_000],
  ] as const) {
    assert.ok(
      (await collect(source.range({ ...blob, start, end }, never))).equals(bytes.subarray(start, end)),
      `${start}-${end}`,
    );
  }
});

test('what a node does not hold is absent', async (t) => {
  const { source } = await scene(t);
  const root = '0'.repeat(64);
  await assert.rejects(source.leaves(root, 10, never), coded('SOURCE_ABSENT'));
  await assert.rejects(
    collect(source.range({ root, size: 10, start: 0, end: 10 }, never)),
    coded('SOURCE_ABSENT'),
  );
});

test('a list of another length than the size asks for breaks the protocol', async (t) => {
  const { source } = await scene(t);
  await assert.rejects(source.leaves(ROOT, 1, never), coded('SOURCE_PROTOCOL'));
});

test('a source that ends early, or gives too much, is an error and not an end', async (t) => {
  let given = bytes.subarray(0, 10);
  const { source } = await scene(t, { ...port, range: async () => pieces(given) });
  const ask = { ...blob, start: 0, end: 1_000 };
  await assert.rejects(collect(source.range(ask, never)), coded('SOURCE_IO'));
  given = bytes.subarray(0, 5_000);
  const all = await collect(source.range(ask, never)).catch((error) => {
    coded('SOURCE_IO')(error);
    return Buffer.alloc(0);
  });
  assert.ok(all.length <= 1_000);
});

test('a reader that stops ends the reading at the source, and holds it back while it is slow', async (t) => {
  let sent = 0;
  const ended = Promise.withResolvers<void>();
  const endless = async function* (range: BlobRange): AsyncGenerator<Uint8Array> {
    try {
      for (; sent < range.end; sent += 65_536) yield new Uint8Array(Math.min(65_536, range.end - sent));
    } finally {
      ended.resolve();
    }
  };
  const { source } = await scene(t, { ...port, range: async (range) => endless(range) });
  const size = 60_000_000;
  for await (const chunk of source.range({ root: ROOT, size, start: 0, end: size }, never)) {
    assert.ok(chunk.length > 0);
    // Gives the sender every chance to run ahead.
    for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
    break;
  }
  await ended.promise;
  assert.ok(sent < 12_000_000, `${sent} bytes were sent to a reader that took almost none`);
});

test('an aborted reader is told its reason, a node that nobody knows is out of reach', async (t) => {
  const { source, client } = await scene(t, { ...port, leaves: () => new Promise(() => {}) });
  await assert.rejects(source.leaves(ROOT, bytes.length, AbortSignal.timeout(100)), { name: 'TimeoutError' });
  await assert.rejects(client.blobSource(nodeKey().address).leaves(ROOT, 1, never), coded('SOURCE_IO'));
});
