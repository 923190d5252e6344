import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { suite, type TestContext, test } from 'node:test';
import { tempDir } from '@isobit/testing';
import { createBlobHandler, openBlobFolder, type PullResult, readVerified } from '../../src/index.ts';
import { collect, noise } from './bytes.ts';
import { blocksAsked, type Handler, serve } from './serve.ts';

const MiB = 2 ** 20;
const SIZE = 64 * MiB;

function start(t: TestContext, entry: string, args: string[]): ChildProcess {
  const child = fork(join(import.meta.dirname, 'processes', entry), args);
  t.after(() => child.kill('SIGKILL'));
  return child;
}

type Message = { bytes: number } | { result: PullResult } | { error: string };

async function outcomeOf(child: ChildProcess): Promise<PullResult> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: Message) => {
      if ('result' in message) resolve(message.result);
      if ('error' in message) reject(new Error(message.error));
    });
    child.on('exit', () => reject(new Error('the puller ended without a result')));
  });
}

suite('pulling between processes', () => {
  test('kill -9: a new process fetches no verified block again', async (t) => {
    const [origin, dir] = [await openBlobFolder({ dir: tempDir(t) }), tempDir(t)];
    const { root } = await origin.put(noise(SIZE));
    const { promise: gate, resolve: openGate } = Promise.withResolvers<void>();
    const handler = createBlobHandler({ store: origin });
    // The last blocks come only after the kill, so that the pull cannot be over before it.
    const gated: Handler = async (request) => {
      const last = Number(/-(\d+)$/.exec(request.headers.get('range') ?? '')?.[1] ?? 0);
      if (last >= 48 * MiB) await gate;
      return handler(request);
    };
    await using server = await serve(gated);
    const args = [dir, root, String(SIZE), server.url];

    const first = start(t, 'puller.ts', args);
    first.on('message', (message: Message) => {
      if ('bytes' in message && message.bytes >= 7 * MiB) first.kill('SIGKILL');
    });
    assert.deepEqual(await once(first, 'exit'), [null, 'SIGKILL']);
    const kept = await keptBlocks(dir, root);
    assert.ok(kept.length >= 7, `${kept.length} blocks were kept`);
    const asked = server.seen.length;
    openGate();

    const { fetched } = await outcomeOf(start(t, 'puller.ts', args));
    const again = blocksAsked(server.seen.slice(asked)).sort((a, b) => a - b);
    const missing = Array.from({ length: 64 }, (_, i) => i).filter((i) => !kept.includes(i));
    assert.deepEqual(again, missing, 'exactly the missing blocks are asked for, each once');
    assert.equal(fetched, missing.length * MiB);
    assert.equal(
      server.seen.slice(asked).some(({ path }) => path.endsWith('/leaves')),
      false,
      'nor the leaf list',
    );
    const store = await openBlobFolder({ dir });
    assert.ok((await collect(readVerified({ store, root }))).equals(await collect(noise(SIZE))));
  });

  test('of three hosts one falsifies a block and one is killed: the pull names the one and survives the other', async (t) => {
    const folders = [tempDir(t), tempDir(t), tempDir(t)];
    const [root] = await Promise.all(
      folders.map(async (dir) => (await (await openBlobFolder({ dir })).put(noise(SIZE))).root),
    );
    const hosts = folders.map((dir, i) => start(t, 'host.ts', i === 0 ? [dir, '2'] : [dir]));
    const urls = await Promise.all(hosts.map(async (host) => (await once(host, 'message'))[0] as string));
    const dir = tempDir(t);
    const puller = start(t, 'puller.ts', [dir, root ?? '', String(SIZE), ...urls]);
    puller.on('message', (message: Message) => {
      if ('bytes' in message && message.bytes > 10 * MiB) hosts[1]?.kill('SIGKILL');
    });
    const { dropped } = await outcomeOf(puller);
    const bad = dropped.find(({ reason }) => reason === 'SOURCE_BAD_BLOCK');
    assert.deepEqual([bad?.source, bad?.block], [urls[0], 2]);
    const store = await openBlobFolder({ dir });
    assert.ok((await collect(readVerified({ store, root: root ?? '' }))).equals(await collect(noise(SIZE))));
  });
});

async function keptBlocks(dir: string, root: string): Promise<number[]> {
  const store = await openBlobFolder({ dir });
  await using partial = await store.partial({
    root,
    size: SIZE,
    leaves: () => assert.fail('the leaves were kept'),
  });
  return Array.from({ length: 64 }, (_, i) => i).filter((i) => partial?.has(i));
}
