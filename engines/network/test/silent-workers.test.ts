import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { isCoded } from '@isobit/core';
import type { JobAnswer } from '@isobit/receipt';
import { type NetworkErrorCode, networkError } from '../src/errors.ts';
import { dispatch } from '../src/jobs/dispatch.ts';
import type { RunJob, RunJobOptions } from '../src/jobs/job-client.ts';
import { coded, testAnswer, testJob } from './support.ts';

const PATIENCE = 5_000;

/** What a worker that has the job may do. */
interface Asked {
  speak(): void;
  answer(): void;
  fail(code: NetworkErrorCode): void;
  /** With which code the job was withdrawn from it. */
  withdrawn(): string | undefined;
}

/** Workers that do nothing until they are told to, on a clock of their own. @param reads whether somebody reads along */
function scene(t: TestContext, { signal, reads = true }: { signal?: AbortSignal; reads?: boolean } = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = new Map<string, Asked>();
  const runJob: RunJob = (node, job, { signal, onProgress }: RunJobOptions = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<JobAnswer>();
    signal?.addEventListener('abort', () => reject(signal.reason));
    asked.set(node, {
      speak: () =>
        onProgress?.({ isobit: 'job-progress/1', pieces: [{ choice: 0, tokens: [1], text: node }] }),
      answer: () => resolve(testAnswer(job)),
      fail: (code) => reject(networkError(code, `told by ${node}`)),
      withdrawn: () => (isCoded(signal?.reason) ? signal.reason.code : undefined),
    });
    return promise;
  };
  const told: string[] = [];
  const given: string[] = [];
  const running = dispatch(runJob, testJob(), {
    candidates: ['a', 'b', 'c'],
    patienceMs: () => PATIENCE,
    onAttempt: ({ node, code }) => given.push(`${node} ${code}`),
    ...(reads ? { onProgress: (_, node) => told.push(node) } : {}),
    ...(signal ? { signal } : {}),
  });
  return {
    running,
    told,
    given,
    asked: () => [...asked.keys()].join(''),
    worker: (node: string) => asked.get(node) as Asked,
    pass: (ms: number) => t.mock.timers.tick(ms),
    /** What was rejected or resolved has been seen. */
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

describe('a worker that is silent for longer than it may', () => {
  test('has the next one asked beside it, whose answer counts', async (t) => {
    const { running, asked, worker, pass, given } = scene(t);
    pass(PATIENCE - 1);
    assert.equal(asked(), 'a', 'one that is slow is waited for');
    pass(1);
    assert.equal(asked(), 'ab');
    assert.equal(worker('a').withdrawn(), undefined, 'it may still speak');
    worker('b').answer();
    const { node, attempts } = await running;
    assert.equal(node, 'b');
    assert.equal(worker('a').withdrawn(), 'PEER_SILENT');
    assert.deepEqual(given, ['a PEER_SILENT']);
    assert.deepEqual(
      attempts.map((attempt) => attempt.code),
      ['PEER_SILENT'],
    );
  });

  test('keeps the job where it speaks first, and the other has failed in nothing', async (t) => {
    const { running, asked, worker, pass, given, told } = scene(t);
    pass(PATIENCE);
    worker('a').speak();
    assert.equal(worker('b').withdrawn(), 'JOB_CANCELLED');
    worker('b').speak();
    worker('b').answer();
    pass(10 * PATIENCE);
    worker('a').answer();
    const { node, attempts } = await running;
    assert.deepEqual([node, asked(), told, given, attempts], ['a', 'ab', ['a'], [], []]);
  });

  test('is done without from the first word of the other on, whatever it says then', async (t) => {
    const { running, worker, pass, told } = scene(t);
    pass(PATIENCE);
    worker('b').speak();
    worker('a').speak();
    worker('a').answer();
    worker('b').answer();
    assert.equal((await running).node, 'b');
    assert.deepEqual(told, ['b']);
  });

  test('is waited for where nobody else is left, and two at most have a job', async (t) => {
    const { running, asked, worker, pass, settled } = scene(t);
    pass(10 * PATIENCE);
    assert.equal(asked(), 'ab');
    worker('b').fail('JOB_BUSY');
    await settled();
    assert.equal(asked(), 'abc', 'who refuses has no job');
    worker('c').fail('PEER_RESET');
    await settled();
    worker('a').answer();
    assert.equal((await running).node, 'a');
  });

  test('ends with the error that the other tells of what was asked', async (t) => {
    const { running, worker, pass } = scene(t);
    pass(PATIENCE);
    worker('b').fail('JOB_INPUT_INVALID');
    await assert.rejects(running, coded('JOB_INPUT_INVALID'));
    assert.equal(worker('a').withdrawn(), 'JOB_CANCELLED');
  });

  test('and the other are left when the client leaves', async (t) => {
    const client = new AbortController();
    const { running, worker, pass } = scene(t, { signal: client.signal });
    pass(PATIENCE);
    client.abort(networkError('JOB_CANCELLED', 'gone'));
    await assert.rejects(running, coded('JOB_CANCELLED'));
    for (const node of ['a', 'b']) assert.equal(worker(node).withdrawn(), 'JOB_CANCELLED');
  });
});

test('a worker that has begun may be silent, and no other is asked', async (t) => {
  const { running, asked, worker, pass } = scene(t);
  worker('a').speak();
  pass(10 * PATIENCE);
  assert.equal(asked(), 'a');
  worker('a').answer();
  assert.equal((await running).node, 'a');
});

test('words that nobody read bind nobody: where their worker dies, the next one is asked', async (t) => {
  const { running, worker, settled } = scene(t, { reads: false });
  worker('a').speak();
  worker('a').fail('PEER_RESET');
  await settled();
  worker('b').answer();
  assert.equal((await running).node, 'b');
});

test('a stream that a client reads is not begun again', async (t) => {
  const { running, worker, pass } = scene(t);
  pass(PATIENCE);
  worker('b').speak();
  worker('b').fail('PEER_RESET');
  await assert.rejects(running, coded('PEER_RESET'));
});
