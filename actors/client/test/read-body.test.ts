import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBody } from '../src/index.ts';
import { code } from './fake-node.ts';

/** A body of single bytes, which may end with an error. */
const drip = (bytes: number, error?: Error): Response =>
  new Response(
    new ReadableStream({
      pull(controller) {
        if (bytes-- > 0) controller.enqueue(Uint8Array.of(bytes & 0xff));
        else if (error) controller.error(error);
        else controller.close();
      },
    }),
  );

test('a body in many small pieces is whole', async () => {
  assert.deepEqual([...(await readBody(drip(3), 3))], [2, 1, 0]);
  assert.equal((await readBody(drip(70_000), 70_000)).length, 70_000);
  assert.equal((await readBody(new Response(null), 0)).length, 0);
});

test('a body that is longer than allowed is refused as soon as it is', async () => {
  const endless = drip(Number.POSITIVE_INFINITY);
  await assert.rejects(readBody(endless, 10), code('NODE_PROTOCOL'));
});

test('a body that breaks off is coded, and an abort is the reason of its signal', async () => {
  await assert.rejects(readBody(drip(2, new TypeError('terminated')), 10), code('NODE_UNREACHABLE'));
  const signal = AbortSignal.abort(new Error('mine'));
  await assert.rejects(readBody(drip(2, new TypeError('terminated')), 10, signal), /mine/);
});
