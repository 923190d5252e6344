import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@isobit/core';
import { startNode } from '../support.ts';

/** Far above what a node may hold of it at once, small enough for a test. */
const MiB = 1024 * 1024;
const SIZE = 256 * MiB;
/** What is let go counts until it is collected, which a busy machine does late. */
const MOST = 96 * MiB;

test('an upload of any size goes through constant memory', async (t) => {
  const node = await startNode(t, { roles: ['host'] });
  const chunk = new Uint8Array(MiB);
  let left = SIZE / MiB;
  let most = 0;
  globalThis.gc?.();
  const before = process.memoryUsage().arrayBuffers;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      if (left-- > 0) controller.enqueue(chunk);
      else controller.close();
    },
  });
  const init = { method: 'PUT', body, duplex: 'half' } as RequestInit;
  const { size, root } = await node.json<{ size: number; root: string }>('/api/blobs', init);
  assert.equal(size, SIZE);
  assert.ok(most < MOST, `held ${Math.round(most / MiB)} MiB at most`);
  const leaves = await node.api.request(`/blobs/${root}/leaves`);
  assert.equal((await leaves.arrayBuffer()).byteLength, (SIZE / limits.blockBytes) * 32);
});
