import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromUtf8, limits } from '@isobit/core';
import {
  createRequest,
  createTextRequest,
  type Job,
  jobAnswerKind,
  jobErrorKind,
  jobKind,
  jobProgressKind,
  llmExact,
  onnxExact,
  type TextPiece,
} from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { gatewayError } from '../src/index.ts';
import { answerTo, echo, type FakeDispatcher, fakeDispatcher, gatewayOf, network } from './fake-node.ts';

const job = (fields: Partial<Job> = {}): Job => ({
  isobit: 'job/1',
  request: createTextRequest({
    model: echo.id,
    profile: llmExact.name,
    salt: new Uint8Array(32).fill(1),
    prompt: { text: 'once' },
    maxTokens: 1_000,
  }),
  nonce: 'ab'.repeat(32),
  trace: false,
  network,
  deadlineMs: 5_000,
  witnesses: 0,
  progress: true,
  ...fields,
});

/** What a worker signs of another job: the gateway hands it on unread. */
const answer = answerTo({
  ...job(),
  request: createRequest({
    model: echo.id,
    profile: onnxExact.name,
    salt: new Uint8Array(32),
    inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 2], data: new Uint8Array(8) }],
  }),
});

const piece = (token: number): TextPiece => ({ choice: 0, tokens: [token], text: `${token} ` });
const ask = (dispatcher: FakeDispatcher, given = job()) =>
  gatewayOf(dispatcher).request('/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(jobKind.encode(given)),
  });
const linesOf = async (response: Response): Promise<Uint8Array[]> =>
  (await response.text())
    .split('\n')
    .slice(0, -1)
    .map((line) => new TextEncoder().encode(line));

test('a text is told line by line as it comes, and ends with the answer', async () => {
  const goOn = Promise.withResolvers<void>();
  const response = await ask(
    fakeDispatcher(async (_, { onProgress }) => {
      onProgress?.({ isobit: 'job-progress/1', pieces: [piece(1)] });
      await goOn.promise;
      for (let token = 2; token <= 200; token++)
        onProgress?.({ isobit: 'job-progress/1', pieces: [piece(token)] });
      return answer;
    }),
  );
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^application\/x-ndjson/);
  goOn.resolve();
  const lines = await linesOf(response);
  const last = lines.pop();
  assert.deepEqual(jobAnswerKind.decode(last as Uint8Array), answer);
  const pieces = lines.flatMap((line) => jobProgressKind.decode(line).pieces);
  assert.deepEqual(
    pieces.flatMap(({ tokens }) => tokens),
    Array.from({ length: 200 }, (_, i) => i + 1),
  );
  assert.ok(pieces.every(({ tokens }) => tokens.length <= limits.pieceTokens));
  assert.ok(pieces.length < 200, 'a reader that comes late gets what came meanwhile together');
});

test('an answer that comes before any progress is a plain one', async () => {
  const response = await ask(fakeDispatcher(async () => answer));
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.ok(response.headers.get('isobit-receipt'));
  assert.deepEqual(jobAnswerKind.decode(new Uint8Array(await response.arrayBuffer())), answer);
});

test('a job that asks for no progress gets none', async () => {
  const dispatcher = fakeDispatcher(async (_, { onProgress }) => {
    assert.equal(onProgress, undefined);
    return answer;
  });
  const response = await ask(dispatcher, job({ progress: false }));
  assert.equal(response.headers.get('content-type'), 'application/json');
});

test('an error before any progress has a status, one after it is the last line', async () => {
  const failing = (isLate: boolean) =>
    fakeDispatcher(async (_, { onProgress }) => {
      if (isLate) onProgress?.({ isobit: 'job-progress/1', pieces: [piece(1)] });
      await Promise.resolve();
      throw gatewayError('JOB_BUSY', 'later', { retryAfterMs: 50 });
    });
  const early = await ask(failing(false));
  assert.equal(early.status, 429);
  assert.equal(jobErrorKind.decode(new Uint8Array(await early.arrayBuffer())).code, 'JOB_BUSY');
  const lines = await linesOf(await ask(failing(true)));
  assert.deepEqual(
    lines.map((line) => (JSON.parse(fromUtf8(line)) as { isobit: string }).isobit),
    ['job-progress/1', 'job-error/1'],
  );
  assert.deepEqual(jobErrorKind.decode(lines[1] as Uint8Array).retryAfterMs, 50);
});

test('a client that stops reading ends the run', async () => {
  let ended: unknown;
  const response = await ask(
    fakeDispatcher(async (_, { onProgress, signal }) => {
      onProgress?.({ isobit: 'job-progress/1', pieces: [piece(1)] });
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => {
        ended = signal.reason;
        reject(signal.reason);
      });
      return promise;
    }),
  );
  await response.body?.cancel();
  await waitFor(() => ended !== undefined, { what: 'the run to be ended' });
  assert.equal((ended as { code?: string }).code, 'CLIENT_GONE');
});

test('the deadline is told in the last line', async () => {
  const response = await ask(
    fakeDispatcher(async (_, { onProgress }) => {
      onProgress?.({ isobit: 'job-progress/1', pieces: [piece(1)] });
      return new Promise(() => {});
    }),
    job({ deadlineMs: 50 }),
  );
  const lines = await linesOf(response);
  assert.equal(jobErrorKind.decode(lines.at(-1) as Uint8Array).code, 'JOB_DEADLINE');
});
