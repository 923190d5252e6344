import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '@isobit/testing';
import { type BodyOptions, readBody } from '../src/body.ts';
import { BodyBudget } from '../src/body-budget.ts';
import { codeOf, gatewayOf, honest, json, two } from './fake-node.ts';

const options = (changes: Partial<BodyOptions> = {}): BodyOptions => ({
  maxBytes: 1_000,
  idleMs: 10_000,
  totalMs: 10_000,
  budget: new BodyBudget(1_000_000),
  ...changes,
});

const streamed = (body: ReadableStream<Uint8Array>, init: RequestInit = {}) =>
  new Request('http://localhost/', { method: 'POST', body, duplex: 'half', ...init } as RequestInit);

/** A body of so many chunks; without a number it never ends. `asked` counts what was pulled. */
function chunks(size: number, count = Number.POSITIVE_INFINITY) {
  const state = { asked: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (state.asked++ === count) return controller.close();
        controller.enqueue(new Uint8Array(size).fill(state.asked));
        return undefined;
      },
      cancel() {
        state.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { state, stream };
}

/** A body of which one chunk comes and then nothing. */
const stalled = () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Uint8Array.of(0x7b)),
    cancel() {
      cancelled = true;
    },
  });
  return { stream, cancelled: () => cancelled };
};

test('a body comes back whole, and its memory is held until it is disposed of', async () => {
  const budget = new BodyBudget(100_000);
  const body = await readBody(streamed(chunks(7, 100).stream), options({ budget }));
  assert.equal(body.bytes.length, 700);
  assert.equal(body.bytes[699], 100);
  assert.ok(budget.used >= 700);
  body[Symbol.dispose]();
  assert.equal(budget.used, 0);
});

test('a request without a body has none', async () => {
  assert.equal((await readBody(new Request('http://localhost/'), options())).bytes.length, 0);
});

test('a stated length above the limit is refused before a byte is read', async () => {
  const { state, stream } = chunks(1);
  const request = streamed(stream, { headers: { 'content-length': '10000000000' } });
  await assert.rejects(readBody(request, options()), { code: 'BODY_TOO_LARGE' });
  assert.equal(state.asked, 0);
});

test('a body that lies about its length is counted, and no more of it is read', async () => {
  const { state, stream } = chunks(100);
  const request = streamed(stream, { headers: { 'content-length': '5' } });
  await assert.rejects(readBody(request, options()), { code: 'BODY_TOO_LARGE' });
  await waitFor(() => state.cancelled, { what: 'the body to be cancelled' });
  assert.equal(state.asked, 11);
});

test('a body that stops coming is given up', async () => {
  const { stream, cancelled } = stalled();
  const budget = new BodyBudget(100_000);
  await assert.rejects(readBody(streamed(stream), options({ idleMs: 20, budget })), { code: 'BODY_TIMEOUT' });
  assert.equal(budget.used, 0);
  await waitFor(cancelled, { what: 'the body to be cancelled' });
});

test('a body that drips for ever is given up', async () => {
  const drip = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setImmediate(resolve));
      controller.enqueue(Uint8Array.of(1));
    },
  });
  const late = readBody(streamed(drip), options({ maxBytes: 1_000_000_000, totalMs: 30 }));
  await assert.rejects(late, { code: 'BODY_TIMEOUT' });
});

test('a client that leaves in the middle of its body is gone', async () => {
  const client = new AbortController();
  const { stream } = stalled();
  const reading = readBody(streamed(stream, { signal: client.signal }), options());
  client.abort();
  await assert.rejects(reading, { code: 'CLIENT_GONE' });
});

test('a body that breaks off is one whose client is gone', async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new TypeError('terminated'));
    },
  });
  await assert.rejects(readBody(streamed(broken), options()), { code: 'CLIENT_GONE' });
});

test('all bodies together have a limit, and room comes back', async () => {
  const budget = new BodyBudget(20_000);
  const first = await readBody(streamed(chunks(500, 1).stream), options({ maxBytes: 16_384, budget }));
  const second = () => readBody(streamed(chunks(500, 1).stream), options({ maxBytes: 16_384, budget }));
  await assert.rejects(second(), { code: 'BODY_BUSY' });
  first[Symbol.dispose]();
  (await second())[Symbol.dispose]();
  assert.equal(budget.used, 0);
});

test('an inference’s body has the limits of its gateway', async () => {
  const small = gatewayOf(honest(), { limits: { inferBytes: 10 } });
  assert.equal(await codeOf(await small.request('/v2/models/echo/infer', json(two))), '413 BODY_TOO_LARGE');

  const quick = gatewayOf(honest(), { limits: { bodyIdleMs: 20 } });
  const slow = await quick.fetch(
    new Request('http://localhost/v2/models/echo/infer', streamed(stalled().stream)),
  );
  assert.equal(slow.headers.get('connection'), 'close');
  assert.equal(await codeOf(slow), '408 BODY_TIMEOUT');

  const full = gatewayOf(honest(), { limits: { bodyBufferBytes: 10 } });
  const busy = await full.request('/v2/models/echo/infer', json(two));
  assert.equal(busy.headers.get('retry-after'), '1');
  assert.equal(await codeOf(busy), '503 BODY_BUSY');
});
