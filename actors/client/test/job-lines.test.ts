import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { concatBytes, nodeKey, utf8 } from '@isobit/core';
import {
  createTextRequest,
  createTextResponse,
  type Job,
  type JobAnswer,
  jobAnswerKind,
  jobErrorKind,
  jobProgressKind,
  llmExact,
  networkId,
  openGenesis,
  profileDigest,
  requestDigest,
  responseDigest,
  saltOf,
  signReceipt,
  type TextPiece,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import fc from 'fast-check';
import { readJobLines } from '../src/job-lines.ts';
import { code } from './fake-node.ts';

const key = nodeKey(new Uint8Array(32).fill(5));
const request = createTextRequest({
  model: 'bagaaierasords4njcts6vs7qvdjfcvgnume4hqohf65zsfguprqphs3icwea',
  profile: llmExact.name,
  salt: new Uint8Array(32),
  prompt: { text: 'once' },
  maxTokens: 5,
});
const job: Job = {
  isobit: 'job/1',
  request,
  nonce: 'ab'.repeat(32),
  trace: false,
  network: networkId(openGenesis),
  deadlineMs: 1_000,
  witnesses: 0,
  progress: true,
};
const response = createTextResponse({
  promptTokens: 2,
  choices: [{ tokens: [7], text: ' upon', finish: 'length' }],
});
const answer: JobAnswer = {
  isobit: 'job-answer/1',
  response,
  receipt: signReceipt(
    {
      network: job.network,
      model: request.model,
      profile: profileDigest(llmExact),
      request: requestDigest(request),
      response: responseDigest(response, saltOf(request)),
      trace: ZERO_HASH,
      outcome: 'complete',
      time: 1,
      worker: key.address,
      payment: ZERO_HASH,
      details: {
        nonce: job.nonce,
        usage: usageOf(request, response),
        engine: { name: 'fake', version: '1' },
      },
    },
    key,
  ),
};

const piece = (token: number): TextPiece => ({ choice: 0, tokens: [token], text: 'ü' });
const progress = (...tokens: number[]) =>
  jobProgressKind.encode({ isobit: 'job-progress/1', pieces: tokens.map(piece) });
const lines = (...all: Uint8Array[]) => concatBytes(...all.flatMap((line) => [line, utf8('\n')]));

/** A response whose body comes in the pieces given. */
const bodyOf = (...chunks: Uint8Array[]): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    }),
  );

describe('lines of a job', () => {
  const whole = lines(progress(1), progress(2), jobAnswerKind.encode(answer));

  test('are read however they are cut', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: whole.length }), { maxLength: 6 }), async (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const chunks = at.slice(1).map((end, i) => whole.subarray(at[i], end));
        const told: TextPiece[] = [];
        const found = await readJobLines(bodyOf(...chunks), job, {
          onProgress: ({ pieces }) => told.push(...pieces),
        });
        assert.deepEqual(found, answer);
        assert.deepEqual(told, [piece(1), piece(2)]);
      }),
    ));

  test('end with an error that keeps its code', async () => {
    const error = jobErrorKind.encode({
      isobit: 'job-error/1',
      code: 'JOB_BUSY',
      message: 'later',
      retryAfterMs: 70,
    });
    await assert.rejects(
      readJobLines(bodyOf(lines(progress(1), error)), job, {}),
      code('JOB_BUSY', { retryAfterMs: 70 }),
    );
  });

  const broken: [string, string, Uint8Array[]][] = [
    ['NODE_UNREACHABLE', 'nothing', []],
    ['NODE_UNREACHABLE', 'no answer', [lines(progress(1))]],
    ['NODE_UNREACHABLE', 'an answer without its end', [jobAnswerKind.encode(answer)]],
    ['NODE_PROTOCOL', 'no document', [utf8('hello\n')]],
    ['NODE_PROTOCOL', 'an empty line', [utf8('\n')]],
    ['NODE_PROTOCOL', 'more tokens than were asked for', [lines(progress(1, 2, 3, 4, 5, 6))]],
    ['NODE_PROTOCOL', 'white space', [utf8(' '), lines(jobAnswerKind.encode(answer))]],
  ];
  for (const [expected, what, chunks] of broken)
    test(`${what} is ${expected}`, () =>
      assert.rejects(readJobLines(bodyOf(...chunks), job, {}), code(expected)));

  test('a caller that leaves is told its own reason', async () => {
    const stop = new AbortController();
    const never = new Response(
      new ReadableStream({
        pull(controller) {
          stop.abort(new Error('gone home'));
          controller.error(new Error('aborted'));
        },
      }),
    );
    await assert.rejects(readJobLines(never, job, { signal: stop.signal }), /gone home/);
  });
});
