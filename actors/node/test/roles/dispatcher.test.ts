import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, nodeKey } from '@isobit/core';
import { type Job, type JobAnswer, type OfferBody, onnxExact, signReceipt } from '@isobit/receipt';
import { createDispatcher, type DispatcherOptions } from '../../src/roles/gateway/dispatcher.ts';
import { WorkerRecords } from '../../src/roles/gateway/worker-records.ts';
import { someJob as job, network, someBody, someModel } from './samples.ts';

const [here, there] = [nodeKey(new Uint8Array(32).fill(1)), nodeKey(new Uint8Array(32).fill(2))];
const signal = new AbortController().signal;
const answerOf = (key: typeof here, change: object = {}): JobAnswer => ({
  isobit: 'job-answer/1',
  receipt: signReceipt({ ...someBody(key), ...change }, key),
});
const offerOf = (load = { running: 0, queued: 0, capacity: 1 }): OfferBody =>
  ({
    roles: ['worker'],
    http: [],
    models: [{ id: someModel, profiles: [onnxExact.name], price: '0' }],
    holds: [],
    load,
  }) as unknown as OfferBody;
const busy = (retryAfterMs?: number) => new CodedError('JOB_BUSY', 'busy', { retryAfterMs });

function dispatcherOf(
  remote: () => Promise<JobAnswer>,
  local?: (job: Job, options: { signal: AbortSignal }) => Promise<JobAnswer>,
) {
  const foreign: string[] = [];
  const options: DispatcherOptions = {
    network: {
      self: here.address,
      offers: () => [{ offer: { ...offerOf(), node: there.address }, signed: {}, latencyMs: 5 }] as never,
      runJob: remote,
    },
    ownNetwork: network,
    records: new WorkerRecords(),
    local: local && { handler: local, offer: () => offerOf() },
    onForeign: (_, { receipt }) => foreign.push(receipt.worker),
  };
  return { foreign, dispatch: createDispatcher(options).dispatch };
}

test('this node runs a job itself where it can, and keeps no foreign receipt of it', async () => {
  const { dispatch, foreign } = dispatcherOf(
    () => Promise.reject(new Error('not asked')),
    async () => answerOf(here),
  );
  assert.equal((await dispatch(job, { signal })).answer.receipt.worker, here.address);
  assert.deepEqual(foreign, []);
});

test('an answer of another node is passed on and noted', async () => {
  const { dispatch, foreign } = dispatcherOf(async () => answerOf(there));
  assert.equal((await dispatch(job, { signal })).answer.receipt.worker, there.address);
  assert.deepEqual(foreign, [there.address]);
});

for (const [what, answer] of [
  ['of another worker', answerOf(here)],
  [
    'to another question',
    answerOf(there, { details: { ...someBody(there).details, nonce: 'd'.repeat(64) } }),
  ],
  ['of another network', answerOf(there, { network: 'e'.repeat(64) })],
] as const) {
  test(`a receipt ${what} is not noted`, async () => {
    const { dispatch, foreign } = dispatcherOf(async () => answer);
    await dispatch(job, { signal });
    assert.deepEqual(foreign, []);
  });
}

test('where all are busy the client is told the shortest wait', async () => {
  const { dispatch } = dispatcherOf(
    () => Promise.reject(busy(4_000)),
    () => Promise.reject(busy(700)),
  );
  await assert.rejects(dispatch(job, { signal }), (error: CodedError) => {
    assert.equal(error.details['retryAfterMs'], 700);
    return error.code === 'JOB_BUSY';
  });
});

test('one that is not busy but unavailable leaves no worker', async () => {
  const { dispatch } = dispatcherOf(
    () => Promise.reject(busy()),
    () => Promise.reject(new CodedError('JOB_UNAVAILABLE', 'signs nothing')),
  );
  await assert.rejects(dispatch(job, { signal }), { code: 'NO_WORKER' });
});

test('a named worker is asked alone, and one that does not offer the model is said to', async () => {
  const { dispatch } = dispatcherOf(
    async () => answerOf(there),
    () => Promise.reject(new Error('not asked')),
  );
  assert.ok(await dispatch(job, { signal, worker: there.address }));
  await assert.rejects(dispatch(job, { signal, worker: `0x${'9'.repeat(40)}` }), {
    code: 'JOB_MODEL_UNKNOWN',
  });
  await assert.rejects(dispatch(job, { signal, exclude: [here.address, there.address] }), {
    code: 'NO_WORKER',
  });
});

test('a run here ends at its deadline, and when its client leaves', async () => {
  const never = (_: Job, { signal }: { signal: AbortSignal }) =>
    new Promise<JobAnswer>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const { dispatch } = dispatcherOf(() => Promise.reject(busy()), never);
  await assert.rejects(dispatch({ ...job, deadlineMs: 20 }, { signal }), { code: 'JOB_DEADLINE' });
  const stop = new AbortController();
  const asked = dispatch(job, { signal: stop.signal });
  stop.abort(new CodedError('JOB_CANCELLED', 'gone'));
  await assert.rejects(asked, { code: 'JOB_CANCELLED' });
});

test('a job for another network goes to nobody', async () => {
  const { dispatch } = dispatcherOf(
    () => assert.fail('asked a worker'),
    () => assert.fail('asked itself'),
  );
  await assert.rejects(dispatch({ ...job, network: 'd'.repeat(64) }, { signal }), { code: 'JOB_NETWORK' });
});
