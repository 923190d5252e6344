import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, nodeKey } from '@isobit/core';
import { type JobAnswer, ofKind, type Response } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import type { JobContext } from '../src/index.ts';
import { coded, testAnswer, testJob, testPair } from './support.ts';

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });

test('a job travels to a worker and its answer back, unchanged', async (t) => {
  const { worker, client } = await testPair(t);
  const key = nodeKey();
  let peer = '';
  await worker.handleJobs(async (job, context) => {
    peer = context.peer.address;
    return testAnswer(job, key);
  });
  const job = testJob();
  const answer = await client.runJob(worker.self, job);
  assert.equal(answer.receipt.details.nonce, job.nonce);
  assert.equal(answer.receipt.worker, key.address);
  assert.equal(peer, client.self, 'the handler learns who asks from the handshake');
});

test('large jobs and answers travel in pieces', async (t) => {
  const { worker, client } = await testPair(t);
  const key = nodeKey();
  await worker.handleJobs(async (job) => testAnswer(job, key, 12_000_000));
  const answer = await client.runJob(worker.self, testJob({}, 9_000_000));
  const response = ofKind(answer.response as Response, 'tensors');
  assert.equal(response.outputs[0]?.data.length, 16_000_000);
  assert.deepEqual(answer.receipt.details.usage, { inputBytes: 9_000_000, outputBytes: 12_000_000 });
});

test('a worker says where the job stands in its queue', async (t) => {
  const { worker, client } = await testPair(t);
  await worker.handleJobs(async (job, { accept }) => {
    accept(3);
    accept(2);
    return testAnswer(job);
  });
  const positions: number[] = [];
  await client.runJob(worker.self, testJob(), { onAccepted: ({ position }) => positions.push(position) });
  assert.deepEqual(positions, [3], 'once');
});

test('a job that takes its time is accepted by itself', async (t) => {
  const { worker, client } = await testPair(t);
  const finish = Promise.withResolvers<void>();
  await worker.handleJobs(async (job) => {
    await finish.promise;
    return testAnswer(job);
  });
  const accepted = Promise.withResolvers<number>();
  const running = client.runJob(worker.self, testJob(), {
    onAccepted: ({ position }) => accepted.resolve(position),
  });
  assert.equal(await accepted.promise, 0);
  finish.resolve();
  await running;
});

test('a withdrawn job ends on both sides', async (t) => {
  const { worker, client } = await testPair(t);
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  await worker.handleJobs(async (_, { signal }) => {
    started.resolve();
    return aborted(signal).catch((reason) => {
      ended.resolve(reason);
      throw reason;
    });
  });
  const abort = new AbortController();
  const running = client.runJob(worker.self, testJob(), { signal: abort.signal });
  await started.promise;
  abort.abort(new Error('not wanted any more'));
  await assert.rejects(running, /not wanted any more/);
  coded('JOB_CANCELLED')(await ended.promise);
});

test('a client that goes away withdraws its jobs', async (t) => {
  const { worker, client } = await testPair(t);
  const started = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  await worker.handleJobs(async (_, { signal }) => {
    started.resolve();
    return aborted(signal).catch((reason) => {
      ended.resolve(reason);
      throw reason;
    });
  });
  const running = client.runJob(worker.self, testJob());
  await started.promise;
  const refused = assert.rejects(running, coded('NETWORK_CLOSED'));
  await client[Symbol.asyncDispose]();
  await refused;
  coded('JOB_CANCELLED')(await ended.promise);
});

test('a deadline ends the handler, and a worker that ignores it is answered for', async (t) => {
  const { worker, client } = await testPair(t);
  let reason: unknown;
  const never = Promise.withResolvers<JobAnswer>();
  await worker.handleJobs(async (_, { signal }) => {
    signal.addEventListener('abort', () => {
      reason = signal.reason;
    });
    return never.promise;
  });
  await assert.rejects(client.runJob(worker.self, testJob({ deadlineMs: 200 })), coded('JOB_DEADLINE'));
  coded('JOB_DEADLINE')(reason);
  never.reject(new Error('at last'));
});

test('a receipt of the aborted run may still come', async (t) => {
  const { worker, client } = await testPair(t);
  await worker.handleJobs(async (job, { signal }) => aborted(signal).catch(() => testAnswer(job)));
  const answer = await client.runJob(worker.self, testJob({ deadlineMs: 200 }));
  assert.equal(answer.isobit, 'job-answer/1');
});

test("a peer's share of a worker is bounded, and so is the whole", async (t) => {
  const { worker, client } = await testPair(t);
  const started: JobContext[] = [];
  const finish = Promise.withResolvers<void>();
  await worker.handleJobs(
    async (job, context) => {
      started.push(context);
      await finish.promise;
      return testAnswer(job);
    },
    { perPeer: 2 },
  );
  const running = [client.runJob(worker.self, testJob()), client.runJob(worker.self, testJob())];
  await waitFor(() => started.length === 2, { what: 'two jobs to run' });
  await assert.rejects(client.runJob(worker.self, testJob()), (error) => {
    coded('JOB_BUSY')(error);
    assert.ok(((error as CodedError).details['retryAfterMs'] as number) > 0, 'with a hint when to return');
    return true;
  });
  finish.resolve();
  await Promise.all(running);
  await client.runJob(worker.self, testJob());
});

test("a handler's coded errors arrive; what is not for strangers does not", async (t) => {
  const { worker, client } = await testPair(t);
  const errors: Error[] = [
    new CodedError('JOB_MODEL_UNKNOWN', 'no such model here'),
    new CodedError('JOB_BUSY', 'all engines work', { retryAfterMs: 1234 }),
    new CodedError('TENSOR_INVALID', 'tensor "x": four bytes expected'),
    new CodedError('STORE_CORRUPT', 'the file /home/alice/secret is damaged'),
    new TypeError('cannot read properties of undefined'),
  ];
  await worker.handleJobs(async () => {
    throw errors.shift();
  });
  const next = () =>
    client.runJob(worker.self, testJob()).then(
      () => assert.fail('must be refused'),
      (error: CodedError) => error,
    );
  assert.deepEqual([(await next()).code], ['JOB_MODEL_UNKNOWN']);
  const busy = await next();
  assert.deepEqual([busy.code, busy.details['retryAfterMs']], ['JOB_BUSY', 1234]);
  assert.deepEqual([(await next()).code], ['JOB_INPUT_INVALID']);
  const hidden = await next();
  assert.equal(hidden.code, 'JOB_FAILED');
  assert.doesNotMatch(hidden.message, /alice/);
  assert.doesNotMatch((await next()).message, /undefined/);
});

test('a job for another network is refused before it runs', async (t) => {
  const { worker, client } = await testPair(t);
  await worker.handleJobs(async () => assert.fail('must not run'));
  await assert.rejects(
    client.runJob(worker.self, testJob({ network: '00'.repeat(32) })),
    coded('JOB_NETWORK'),
  );
});

test('a worker that stops says so', async (t) => {
  const { worker, client } = await testPair(t);
  const started = Promise.withResolvers<void>();
  await worker.handleJobs(async (_, { signal }) => {
    started.resolve();
    return aborted(signal);
  });
  const running = client.runJob(worker.self, testJob());
  await started.promise;
  const refused = assert.rejects(running, coded('JOB_UNAVAILABLE'));
  await worker[Symbol.asyncDispose]();
  await refused;
});

test('nobody can be asked who is not known, or who works for nobody', async (t) => {
  const { worker, client } = await testPair(t);
  await assert.rejects(client.runJob(nodeKey().address, testJob()), coded('NODE_UNKNOWN'));
  await assert.rejects(client.runJob(worker.self, testJob()), coded('NODE_UNREACHABLE'));
});
