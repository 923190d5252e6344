import assert from 'node:assert/strict';
import { test } from 'node:test';
import { concatBytes, fromUtf8, utf8 } from '@isobit/core';
import { forAll, propertyRuns } from '@isobit/testing';
import type { Stream } from '@libp2p/interface';
import fc from 'fast-check';
import { networkLimits } from '../src/limits.ts';
import { frameHead } from '../src/wire/frame.ts';
import { FrameStream } from '../src/wire/frame-stream.ts';
import { coded } from './support.ts';

/** What of a libp2p stream a frame stream uses, moved by hand. */
class FakeStream extends EventTarget {
  status = 'open';
  readableEnded = false;
  writableNeedsDrain = false;
  writeBufferLength = 0;
  maxReadBufferLength = 0;
  isPaused = false;
  aborted: Error | undefined;
  readonly sent: Uint8Array[] = [];

  send(bytes: Uint8Array): boolean {
    this.sent.push(bytes.slice());
    return !this.writableNeedsDrain;
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  abort(error: Error): void {
    if (this.status !== 'open') return;
    this.aborted = error;
    this.#close(error);
  }
  async close(): Promise<void> {}

  receive(data: Uint8Array): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  end(): void {
    this.readableEnded = true;
    this.dispatchEvent(new Event('end'));
  }
  reset(): void {
    this.#close(new Error('stream reset'));
  }
  drain(): void {
    this.writableNeedsDrain = false;
    this.dispatchEvent(new Event('drain'));
  }
  #close(error: Error): void {
    this.status = 'reset';
    this.dispatchEvent(Object.assign(new Event('close'), { error }));
  }
}

function scene() {
  const raw = new FakeStream();
  return { raw, stream: new FrameStream(raw as unknown as Stream) };
}

const frame = (bytes: Uint8Array): Uint8Array => concatBytes(frameHead(bytes.length), bytes);

test('frames arrive as they were sent, wherever the network cuts them', async () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });
  await forAll(
    [frames, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 })],
    async (sent, cuts) => {
      const { raw, stream } = scene();
      const bytes = concatBytes(...sent.map(frame));
      let at = 0;
      for (let i = 0; at < bytes.length; i++) {
        const end = at + (cuts[i % cuts.length] as number);
        raw.receive(bytes.subarray(at, end));
        at = end;
      }
      raw.end();
      for (const expected of sent)
        assert.deepEqual([...((await stream.read(40))?.bytes ?? [])], [...expected]);
      assert.equal(await stream.read(40), undefined, 'and then the end');
    },
    propertyRuns(50),
  );
});

test('what came before a reset is still read', async () => {
  const { raw, stream } = scene();
  raw.receive(frame(utf8('busy')));
  raw.reset();
  assert.equal(fromUtf8((await stream.read(10))?.bytes as Uint8Array), 'busy');
  await assert.rejects(stream.read(10), coded('PEER_RESET'));
});

test('an end in the middle of a frame is no end', async () => {
  const { raw, stream } = scene();
  raw.receive(frame(utf8('half')).subarray(0, 6));
  raw.end();
  await assert.rejects(stream.read(10), coded('PEER_RESET'));
  assert.ok(raw.aborted);
});

test('a frame above the limit resets the stream', async () => {
  const { raw, stream } = scene();
  raw.receive(frameHead(11));
  await assert.rejects(stream.read(10), coded('FRAME_TOO_LONG'));
  assert.ok(raw.aborted);
});

test('memory that is short is said, and leaves the stream to say so', async () => {
  const { raw, stream } = scene();
  raw.receive(frameHead(networkLimits.smallFrameBytes + 1));
  await assert.rejects(stream.read(1_000_000, { budget: () => undefined }), coded('MEMORY_BUSY'));
  assert.equal(raw.aborted, undefined);
});

test('a peer that stalls inside a frame, or before its first byte, is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { raw, stream } = scene();
  raw.receive(frame(utf8('half')).subarray(0, 6));
  const reading = assert.rejects(stream.read(10), coded('PEER_STALLED'));
  await turns();
  t.mock.timers.tick(networkLimits.stallMs);
  await reading;

  const silent = scene();
  const waiting = assert.rejects(silent.stream.read(10, { firstMs: 50 }), coded('PEER_STALLED'));
  await turns();
  t.mock.timers.tick(50);
  await waiting;
  assert.ok(silent.raw.aborted);
});

test('what is not read stops the sender', async () => {
  const { raw, stream } = scene();
  const big = new Uint8Array(networkLimits.readAheadBytes + 1);
  raw.receive(frame(big));
  assert.equal(raw.isPaused, true);
  await stream.read(big.length);
  assert.equal(raw.isPaused, false);
});

test('a peer that takes nothing stops the writer, and is given up in the end', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { raw, stream } = scene();
  raw.writableNeedsDrain = true;
  let isDone = false;
  const writing = stream.write(new Uint8Array(3 * networkLimits.chunkBytes)).then(() => {
    isDone = true;
  });
  await turns();
  assert.equal(raw.sent.length, 1, 'nothing after the head');
  raw.drain();
  await writing;
  assert.ok(isDone);
  assert.deepEqual(
    raw.sent.map(({ length }) => length),
    [4, ...Array(3).fill(networkLimits.chunkBytes)],
  );

  const stuck = scene();
  stuck.raw.writableNeedsDrain = true;
  const failing = assert.rejects(stuck.stream.write(utf8('x')), coded('PEER_STALLED'));
  await turns();
  t.mock.timers.tick(networkLimits.stallMs);
  await failing;
});

test('an abort ends a wait with its reason', async () => {
  const { raw, stream } = scene();
  const abort = new AbortController();
  const reading = assert.rejects(stream.read(10, { signal: abort.signal }), /enough/);
  abort.abort(new Error('enough'));
  await reading;
  assert.equal(raw.aborted, undefined, 'a writer may still be at work');
});

test('lingering waits for the peer to close, and not for ever', async (t) => {
  const polite = scene();
  const closing = polite.stream.linger();
  await turns();
  polite.raw.end();
  await closing;
  assert.equal(polite.raw.aborted, undefined);

  t.mock.method(AbortSignal, 'timeout', () => AbortSignal.abort(new Error('late')));
  const rude = scene();
  await rude.stream.linger();
  assert.ok(rude.raw.aborted);
});

/** Lets everything that can go on without time passing go on. */
async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
