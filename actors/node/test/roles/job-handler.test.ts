import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@isobit/core';
import type { LoadedModel } from '@isobit/exact';
import type { ReceiptBody } from '@isobit/receipt';
import { createJobHandler } from '../../src/roles/worker/job-handler.ts';
import { network, someJob } from './samples.ts';

const engine = { name: 'fake', version: '1' };

/** A worker whose engine runs until it is told to stop, and knows no more than that it was. */
function endlessWorker() {
  const bodies: ReceiptBody[] = [];
  const loaded = {
    execute: (_request: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        const stop = () => reject(new CodedError('RUN_ABORTED', 'the run was aborted by its caller'));
        signal.addEventListener('abort', stop, { once: true });
      }),
  } as unknown as LoadedModel;
  const handler = createJobHandler({
    worker: `0x${'1'.repeat(40)}`,
    network,
    shelf: { borrow: async () => ({ loaded, engine, [Symbol.dispose]() {} }) },
    gate: { check() {} },
    committer: {
      expect: () => ({
        async commit(body) {
          bodies.push(body);
          return { receipt: {} as never, log: {} as never };
        },
        [Symbol.dispose]() {},
      }),
    },
    witnessed: async (log) => log,
    clock: () => 1_790_000_000_000,
  });
  return { handler, bodies };
}

const ends: readonly [reason: unknown, code: string][] = [
  [new CodedError('JOB_DEADLINE', 'late'), 'JOB_DEADLINE'],
  [new CodedError('JOB_CANCELLED', 'the client withdrew the job'), 'JOB_CANCELLED'],
  [new CodedError('CLIENT_GONE', 'the client left'), 'JOB_CANCELLED'],
  [new CodedError('JOB_UNAVAILABLE', 'this worker is stopping'), 'JOB_UNAVAILABLE'],
  [new Error('a reason without a code'), 'JOB_CANCELLED'],
];

for (const [reason, code] of ends)
  test(`a run that is stopped by "${reason}" leaves a receipt of a cancelled run that says ${code}`, async () => {
    const { handler, bodies } = endlessWorker();
    const stop = new AbortController();
    const running = handler(someJob, { signal: stop.signal });
    setImmediate(() => stop.abort(reason));
    await assert.rejects(running, { code });
    assert.deepEqual(
      bodies.map(({ outcome, details }) => [outcome, details.error]),
      [['cancelled', code]],
    );
  });
