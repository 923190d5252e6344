import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError } from '@isobit/core';
import { createTextRequest, type Job, type TextPiece } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { dispatch, type RunJob } from '../src/index.ts';
import { coded, MODEL, testAnswer, testJob, testPair } from './support.ts';

const textJob = (fields: Partial<Job> = {}): Job =>
  testJob({
    request: createTextRequest({
      model: MODEL,
      profile: 'fast',
      salt: new Uint8Array(32),
      prompt: { text: 'once' },
      maxTokens: 40,
    }),
    progress: true,
    ...fields,
  });

const piece = (token: number): TextPiece => ({ choice: 0, tokens: [token], text: `${token} ` });

/** An answer of tensors will do: whether it fits the job is not for the network to say. */
const answer = () => testAnswer(testJob());

test('a text is told as it comes, before its answer and whole', async (t) => {
  const { worker, client } = await testPair(t);
  const goOn = Promise.withResolvers<void>();
  await worker.handleJobs(async (_, { onPiece }) => {
    onPiece?.(piece(1));
    await goOn.promise;
    for (let token = 2; token <= 40; token++) onPiece?.(piece(token));
    return answer();
  });
  const told: TextPiece[] = [];
  const running = client.runJob(worker.self, textJob(), {
    onProgress: ({ pieces }) => void told.push(...pieces),
  });
  await waitFor(() => told.length === 1, { what: 'the first piece, while the run goes on' });
  goOn.resolve();
  await running;
  assert.deepEqual(
    told.flatMap(({ tokens }) => tokens),
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  assert.equal(
    told.map(({ text }) => text).join(''),
    Array.from({ length: 40 }, (_, i) => `${i + 1} `).join(''),
  );
  assert.ok(told.length < 40, 'what came together is told together');
});

test('a job that asks for no progress is told none', async (t) => {
  const { worker, client } = await testPair(t);
  let offered: unknown = 'not run';
  await worker.handleJobs(async (_, { onPiece }) => {
    offered = onPiece;
    return answer();
  });
  await client.runJob(worker.self, textJob({ progress: false }));
  assert.equal(offered, undefined);
});

test('a worker that tells of more than the job asks for is malformed', async (t) => {
  const { worker, client } = await testPair(t);
  await worker.handleJobs(async (job, { onPiece }) => {
    for (let token = 0; token < 41; token++) onPiece?.(piece(token));
    return testAnswer(job);
  });
  await assert.rejects(client.runJob(worker.self, textJob()), coded('PEER_MALFORMED'));
});

test('a text that has begun is not begun again with another worker', async () => {
  const asked: string[] = [];
  const runJob: RunJob = async (node, _, options) => {
    asked.push(node);
    if (asked.length > 1) options?.onProgress?.({ isobit: 'job-progress/1', pieces: [piece(1)] });
    throw new CodedError('PEER_RESET', 'gone');
  };
  const told: string[] = [];
  const running = dispatch(runJob, textJob(), {
    candidates: ['a', 'b', 'c'],
    onProgress: (_, node) => told.push(node),
  });
  await assert.rejects(running, coded('PEER_RESET'));
  assert.deepEqual([asked, told], [['a', 'b'], ['b']]);
});
