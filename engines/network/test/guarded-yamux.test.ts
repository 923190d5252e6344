import assert from 'node:assert/strict';
import { test } from 'node:test';
import { yamux } from '@chainsafe/libp2p-yamux';
import { guardedYamux } from '../src/host/guarded-yamux.ts';

const log = Object.assign(() => {}, { trace() {}, error() {}, newScope: (): unknown => log });

/** A connection that takes what it is sent until it ends. */
function endingConnection() {
  const state = { isEnded: false, sent: 0 };
  const connection = Object.assign(new EventTarget(), {
    direction: 'outbound',
    status: 'open',
    log,
    send() {
      if (state.isEnded) throw new Error('Cannot write to a connection that is closed');
      state.sent++;
      return true;
    },
  });
  return { state, connection: connection as never };
}
const quiet = { enableKeepAlive: false };

test('a connection that ends while a stream begins aborts that stream, and nothing else', async () => {
  const { state, connection } = endingConnection();
  const muxer = guardedYamux(quiet)().createStreamMuxer(connection);
  const before = await muxer.createStream();
  assert.deepEqual([before.status, state.sent], ['open', 1]);
  state.isEnded = true;
  // Thrown in a microtask it would end this process.
  const stream = await muxer.createStream();
  await new Promise(setImmediate);
  assert.equal(stream.status, 'aborted');
});

test('yamux itself throws there', async () => {
  const { state, connection } = endingConnection();
  const stream = await yamux(quiet)().createStreamMuxer(connection).createStream();
  await new Promise(setImmediate);
  state.isEnded = true;
  (stream as unknown as { recvWindowCapacity: number }).recvWindowCapacity = 0;
  assert.throws(() => stream.sendWindowUpdate(), /closed/);
});
