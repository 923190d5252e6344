import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { nodeKey } from '@isobit/core';
import { type NetworkErrorCode, networkError } from '../src/errors.ts';
import { dispatch } from '../src/jobs/dispatch.ts';
import type { RunJob } from '../src/jobs/job-client.ts';
import { coded, testAnswer, testJob, testNetwork, testPair } from './support.ts';

/** Workers that fail with a code, or answer where it is undefined. */
const workers =
  (codes: Record<string, NetworkErrorCode | undefined>, asked: string[] = []): RunJob =>
  async (node, job) => {
    asked.push(node);
    const code = codes[node];
    if (code) throw networkError(code, `told by ${node}`, { answered: code === 'PEER_MALFORMED' });
    return testAnswer(job);
  };

test('fails over while nobody has answered', async () => {
  const asked: string[] = [];
  const run = workers(
    { a: 'NODE_UNREACHABLE', b: 'JOB_BUSY', c: 'PEER_STALLED', d: 'PEER_RESET', e: undefined },
    asked,
  );
  const { node, attempts } = await dispatch(run, testJob(), { candidates: ['a', 'b', 'c', 'd', 'e', 'f'] });
  assert.equal(node, 'e');
  assert.deepEqual(
    attempts.map(({ code }) => code),
    ['NODE_UNREACHABLE', 'JOB_BUSY', 'PEER_STALLED', 'PEER_RESET'],
  );
  assert.deepEqual(asked, ['a', 'b', 'c', 'd', 'e']);
});

for (const code of [
  'JOB_FAILED',
  'JOB_INPUT_INVALID',
  'JOB_LIMIT',
  'JOB_DEADLINE',
  'JOB_MALFORMED',
] as const) {
  test(`does not fail over after ${code}`, async () => {
    const asked: string[] = [];
    await assert.rejects(
      dispatch(workers({ a: code }, asked), testJob(), { candidates: ['a', 'b'] }),
      coded(code),
    );
    assert.deepEqual(asked, ['a']);
  });
}

test('does not fail over after an answer that cannot be read', async () => {
  const asked: string[] = [];
  const running = dispatch(workers({ a: 'PEER_MALFORMED' }, asked), testJob(), { candidates: ['a', 'b'] });
  await assert.rejects(running, coded('PEER_MALFORMED'));
  assert.deepEqual(asked, ['a']);
});

test('says what each worker told when none took the job, and when there was none', async () => {
  const run = workers({ a: 'JOB_BUSY', b: 'JOB_REFUSED' });
  await assert.rejects(dispatch(run, testJob(), { candidates: ['a', 'b'] }), (error: Error) => {
    coded('NO_WORKER')(error);
    assert.match(error.message, /a JOB_BUSY, b JOB_REFUSED/);
    return true;
  });
  await assert.rejects(dispatch(run, testJob(), { candidates: [] }), coded('NO_WORKER'));
});

test('the deadline is for all attempts together', async () => {
  const budgets: number[] = [];
  const run: RunJob = async (node, job) => {
    budgets.push(job.deadlineMs);
    const until = performance.now() + 15;
    while (performance.now() < until);
    throw networkError('JOB_BUSY', node);
  };
  const candidates = Array.from({ length: 20 }, (_, i) => String(i));
  await assert.rejects(dispatch(run, testJob({ deadlineMs: 40 }), { candidates }), coded('JOB_DEADLINE'));
  assert.ok(budgets.length < 5);
  assert.ok((budgets[1] as number) < 40);
});

test('stops with the signal', async () => {
  const abort = new AbortController();
  const run: RunJob = async (node) => {
    abort.abort(new Error('enough'));
    throw networkError('JOB_BUSY', node);
  };
  const running = dispatch(run, testJob(), { candidates: ['a', 'b'], signal: abort.signal });
  await assert.rejects(running, /enough/);
});

test('over real nodes: one gone, one busy, one silent, one that works', async (t) => {
  const { worker, client } = await testPair(t);
  const join = worker.addresses();
  const busy = await testNetwork(t, { join });
  const silent = await testNetwork(t, { join });
  const gone = nodeKey().address;
  const signal = AbortSignal.timeout(10_000);
  for (const node of [busy, silent]) {
    node.announce({
      roles: [],
      http: [],
      models: [],
      holds: [],
      load: { running: 0, queued: 0, capacity: 0 },
    });
    await client.waitForOffer((offer) => offer.node === node.self, { signal });
  }
  await worker.handleJobs(async (job) => testAnswer(job));
  await busy.handleJobs(async () => assert.fail('must not run'), { total: 0 });
  const never = Promise.withResolvers<never>();
  await silent.handleJobs(() => never.promise);
  const { node, attempts } = await client.dispatch(testJob(), {
    candidates: [gone, busy.self, silent.self, worker.self],
    firstReplyMs: 300,
  });
  never.reject(new Error('the test is over'));
  assert.equal(node, worker.self);
  assert.deepEqual(
    attempts.map(({ code }) => code),
    ['NODE_UNKNOWN', 'JOB_BUSY', 'PEER_STALLED'],
  );
});

test('a worker process that is killed in the middle of a job is replaced by the next one', async (t) => {
  const script = new URL('./fixtures/offering-node.ts', import.meta.url);
  const child = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  t.after(() => child.kill('SIGKILL'));
  const [{ self, addresses }] = (await once(child, 'message')) as [{ self: string; addresses: string[] }];
  const { worker, client } = await testPair(t);
  await worker.handleJobs(async (job) => testAnswer(job));
  const watcher = await testNetwork(t, { join: [...addresses, ...client.addresses()] });
  for (const node of [self, worker.self]) {
    await watcher.waitForOffer((offer) => offer.node === node, { signal: AbortSignal.timeout(10_000) });
  }
  const { node, attempts } = await watcher.dispatch(testJob(), {
    candidates: [self, worker.self],
    onAccepted: (_, by) => by === self && child.kill('SIGKILL'),
  });
  assert.equal(node, worker.self);
  assert.deepEqual(
    attempts.map(({ node: gone, code }) => [gone, code]),
    [[self, 'PEER_RESET']],
  );
});
