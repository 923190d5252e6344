import assert from 'node:assert/strict';
import { once } from 'node:events';
import { truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createNodeApi } from '@isobit/client';
import { tempDir } from '@isobit/testing';
import { createBlockHasher } from '../../src/publish/block-hasher.ts';
import { publish } from '../../src/publish/publish.ts';
import { capture } from '../capture.ts';

const MiB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Sink {
  readonly url: string;
  /** Bodies of `POST /api/models`. */
  readonly published: Record<string, unknown>[];
  /** Most bytes of buffers that were still in use while an upload came in. */
  peak: number;
}

/** Takes uploads as a node does and keeps nothing; it answers with what `stored` makes of the truth. */
async function startSink(t: TestContext, stored = (root: string): string => root): Promise<Sink> {
  const sink = { url: '', published: [] as Record<string, unknown>[], peak: 0 };
  const take = async (request: IncomingMessage): Promise<object> => {
    const hasher = createBlockHasher();
    let size = 0;
    let measured = 0;
    const text: string[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) {
      hasher.update(chunk);
      size += chunk.length;
      if (request.method === 'POST') text.push(chunk.toString());
      if (size > measured + 32 * MiB) {
        measured = size;
        collectGarbage();
        sink.peak = Math.max(sink.peak, process.memoryUsage().arrayBuffers);
      }
    }
    if (request.method === 'PUT') return { root: stored(hasher.root()), size };
    sink.published.push(JSON.parse(text.join('')) as Record<string, unknown>);
    return { id: 'an id', name: 'big', version: '1' };
  };
  const server = createServer((request, response) => {
    take(request).then(
      (answer) => response.end(JSON.stringify(answer)),
      () => response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  sink.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return sink;
}

const pushing = (sink: Sink, path: string, signal = new AbortController().signal) =>
  publish({
    api: createNodeApi({ baseUrl: sink.url }),
    path,
    name: 'big',
    terminal: capture().terminal,
    signal,
  });

test('a file of any size passes in constant memory', async (t) => {
  const path = join(tempDir(t), 'big.onnx');
  writeFileSync(path, '');
  truncateSync(path, 384 * MiB);
  const sink = await startSink(t);
  assert.equal((await pushing(sink, path)).size, 384 * MiB);
  assert.ok(sink.peak > 0 && sink.peak < 64 * MiB, `${Math.round(sink.peak / MiB)} MiB of buffers`);
});

test('what the card says is published with the files, in order', async (t) => {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'model.onnx'), 'x');
  writeFileSync(join(dir, 'card.json'), '{"title": "A title", "task": "guessing", "licence": "MIT"}');
  const sink = await startSink(t);
  await pushing(sink, dir);
  const [{ files, ...rest } = {}] = sink.published;
  assert.deepEqual(rest, {
    name: 'big',
    entry: 'model.onnx',
    title: 'A title',
    task: 'guessing',
    licence: 'MIT',
    card: { title: 'A title', task: 'guessing', licence: 'MIT' },
  });
  assert.deepEqual(
    (files as { path: string }[]).map(({ path }) => path),
    ['card.json', 'model.onnx'],
  );
});

test('a node that kept other bytes is not believed', async (t) => {
  const path = join(tempDir(t), 'x.onnx');
  writeFileSync(path, 'x');
  const sink = await startSink(t, () => '0'.repeat(64));
  await assert.rejects(pushing(sink, path), { code: 'NODE_PROTOCOL', message: /kept other bytes/ });
  assert.equal(sink.published.length, 0);
});

test('an abort ends the upload', async (t) => {
  const path = join(tempDir(t), 'x.onnx');
  writeFileSync(path, 'x');
  const sink = await startSink(t);
  await assert.rejects(pushing(sink, path, AbortSignal.abort(new Error('enough'))), /enough/);
});
