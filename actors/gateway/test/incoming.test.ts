import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import { type BodyOptions, readBody } from '../src/body.ts';
import { BodyBudget } from '../src/body-budget.ts';

const request = new Request('http://localhost/', { method: 'POST', body: 'never looked at' });
const read = (incoming: Readable, changes: Partial<BodyOptions> = {}) =>
  readBody(request, {
    maxBytes: 100_000,
    idleMs: 10_000,
    totalMs: 10_000,
    budget: new BodyBudget(1_000_000),
    incoming,
    ...changes,
  });

/** A body that can be pushed by hand. */
const open = () => new Readable({ read() {} });

suite("a body from Node's own server", () => {
  test('comes whole, in one piece or many', async () => {
    for (const count of [0, 1, 2, 1_000]) {
      const pieces = Array.from({ length: count }, (_, i) => Buffer.alloc(7, i));
      const budget = new BodyBudget(100_000);
      const body = await read(Readable.from(pieces, { objectMode: false }), { budget });
      assert.deepEqual(Buffer.from(body.bytes), Buffer.concat(pieces));
      assert.ok(budget.used >= body.bytes.length);
      body[Symbol.dispose]();
      assert.equal(budget.used, 0);
    }
  });

  test('is read no further than its limit and its memory', async () => {
    const endless = () =>
      new Readable({
        read() {
          this.push(Buffer.alloc(1_000));
        },
      });
    const budget = new BodyBudget(50_000);
    await assert.rejects(read(endless(), { budget, maxBytes: 5_000 }), { code: 'BODY_TOO_LARGE' });
    const body = endless();
    await assert.rejects(read(body, { budget }), { code: 'BODY_BUSY' });
    assert.ok(body.isPaused());
    assert.equal(body.listenerCount('data'), 0);
    assert.equal(budget.used, 0);
  });

  test('that stops coming is given up, and so is one that drips', async () => {
    const silent = open();
    silent.push('{');
    await assert.rejects(read(silent, { idleMs: 20 }), { code: 'BODY_TIMEOUT' });
    const dripping = new Readable({
      read() {
        setImmediate(() => this.push('x'));
      },
    });
    await assert.rejects(read(dripping, { totalMs: 30 }), { code: 'BODY_TIMEOUT' });
  });

  test('that breaks off is one whose client is gone', async () => {
    const broken = open();
    const reading = read(broken);
    broken.destroy(new Error('aborted'));
    await assert.rejects(reading, { code: 'CLIENT_GONE' });
    const closed = open();
    closed.on('error', () => undefined).destroy();
    await assert.rejects(read(closed), { code: 'CLIENT_GONE' });
  });
});
