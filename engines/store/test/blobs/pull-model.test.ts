import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nodeKey } from '@isobit/core';
import type { Manifest } from '@isobit/model';
import { createMemoryBlobs, type PullProgress, pullModel, type Source } from '../../src/index.ts';
import { collect, noise } from './bytes.ts';

const MiB = 2 ** 20;

async function setup() {
  const origin = createMemoryBlobs();
  const sizes = [3 * MiB, 10, 0, 2 * MiB + 1, 10];
  const files = await Promise.all(
    sizes.map(async (size, i) => {
      // The last file is the second once more, under another path.
      const { root } = await origin.put(noise(size, i === 4 ? 2 : i + 1));
      return { path: `file${i}`, size, root };
    }),
  );
  const manifest: Manifest = {
    isobit: 'manifest/1',
    title: 'five files',
    format: 'onnx',
    task: 'test',
    files,
    entry: 'file0',
    inputs: [],
    outputs: [{ name: 'out', datatype: 'FP32', shape: [] }],
    licence: 'unknown',
    publisher: nodeKey().address,
  };
  const asked: string[] = [];
  const source = (name: string, spoiled?: string): Source => ({
    name,
    leaves: (root) => origin.leaves(root),
    async *range({ root, start, end }, signal) {
      asked.push(`${name} ${root}`);
      const bytes = await collect(origin.read(root, { start, end }, signal));
      if (root === spoiled) bytes[0] = (bytes[0] as number) ^ 1;
      yield bytes;
    },
  });
  return {
    manifest,
    source,
    asked,
    store: createMemoryBlobs(),
    total: sizes.reduce((sum, size) => sum + size, 0),
  };
}

suite('pulling a model', () => {
  test('brings every file, each root once, and tells how far it is', async () => {
    const { manifest, source, store, total } = await setup();
    const progress: PullProgress[] = [];
    const result = await pullModel({
      manifest,
      sources: [source('a'), source('b')],
      store,
      onProgress: (p) => progress.push(p),
    });
    for (const { root } of manifest.files) assert.equal(await store.has(root), true);
    assert.equal(result.files.length, 4);
    assert.equal(result.fetched, total - 10);
    assert.deepEqual([progress.at(-1)?.bytes, progress.at(-1)?.total], [total, total]);
  });

  test('a source that lied about one file is asked for no other', async () => {
    const { manifest, source, asked, store } = await setup();
    const spoiled = manifest.files[0]?.root;
    await pullModel({
      manifest: { ...manifest, files: manifest.files.slice(0, 1) },
      sources: [source('honest')],
      store: createMemoryBlobs(),
    });
    const result = await pullModel({ manifest, sources: [source('liar', spoiled), source('honest')], store });
    assert.deepEqual(
      result.dropped.map(({ source: name, reason, block }) => [name, reason, block]),
      [['liar', 'SOURCE_BAD_BLOCK', 0]],
    );
    assert.ok(asked.includes(`liar ${spoiled}`));
  });

  test('fails as a whole when a file cannot be had', async () => {
    const { manifest, source, store } = await setup();
    const spoiled = manifest.files[3]?.root;
    await assert.rejects(pullModel({ manifest, sources: [source('liar', spoiled)], store }), {
      code: 'PULL_FAILED',
    });
  });

  test("ends with the caller's reason", async () => {
    const { manifest, source, store } = await setup();
    const signal = AbortSignal.abort(new Error('no more'));
    await assert.rejects(pullModel({ manifest, sources: [source('a')], store, signal }), /no more/);
  });
});
