import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DispatchOptions } from '../src/index.ts';
import { json } from './fake-node.ts';
import { hello, piece, says, tellerOf, telling } from './fake-teller.ts';

const REQUESTS = 100_000;
/** What is measured before has been filled by then: caches, compiled code, the recent answers. */
const WARM = 5_000;
/** Growth of the heap over all of them, in bytes: a tenth of a kilobyte a request would show. */
const MOST_GROWTH = 12 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('a hundred thousand requests, half of them given up, leave nothing behind', async () => {
  let underWay = 0;
  const inner = telling([says('Hi there!')], [piece('Hi')]);
  const dispatcher = {
    async dispatch(job: Parameters<typeof inner.dispatch>[0], options: DispatchOptions) {
      underWay++;
      try {
        const answered = await inner.dispatch(job, options);
        // A client may leave between the words and the answer.
        if (job.progress) await new Promise((resolve) => setImmediate(resolve));
        return answered;
      } finally {
        inner.seen.length = 0;
        underWay--;
      }
    },
  };
  const app = tellerOf(dispatcher);
  const stream = json({ ...hello, stream: true });
  const kinds: (() => Promise<void>)[] = [
    async () => void (await (await app.request('/v1/chat/completions', json(hello))).text()),
    async () => void (await (await app.request('/v1/chat/completions', stream)).text()),
    async () => (await app.request('/v1/chat/completions', stream)).body?.cancel(),
    async () => {
      const client = new AbortController();
      const answer = app.request('/v1/chat/completions', { ...json(hello), signal: client.signal });
      client.abort();
      await (await answer).text();
    },
  ];
  let before = 0;
  for (let i = 0; i < REQUESTS; i++) {
    await kinds[i % kinds.length]?.();
    if (i !== WARM) continue;
    collect();
    before = process.memoryUsage().heapUsed;
  }
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  assert.equal(underWay, 0);
  const growth = process.memoryUsage().heapUsed - before;
  assert.ok(growth < MOST_GROWTH, `the heap grew by ${growth} bytes`);
});
