import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits, utf8 } from '@isobit/core';
import { jobAnswerKind, jobErrorCodes, jobErrorKind, jobKind, receiptDigest } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { gatewayError, statusOf } from '../src/index.ts';
import { answerTo, codeOf, echo, fakeDispatcher, gatewayOf, honest, echoJob as job } from './fake-node.ts';

const post = (
  body: string | Uint8Array,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): RequestInit => ({
  method: 'POST',
  headers,
  body: Buffer.from(body),
});
const whole = () => post(jobKind.encode(job));
const address = (digit: string) => `0x${digit.repeat(40)}`;

const errorOf = async (response: Response) => ({
  status: response.status,
  ...jobErrorKind.decode(new Uint8Array(await response.arrayBuffer())),
});

test('a canonical job gets its canonical answer', async () => {
  const response = await gatewayOf(honest()).request('/jobs', whole());
  assert.equal(response.status, 200);
  const answer = jobAnswerKind.decode(new Uint8Array(await response.arrayBuffer()));
  assert.deepEqual(answer, answerTo(job));
  assert.equal(response.headers.get('isobit-receipt'), receiptDigest(answer.receipt));
  assert.equal(response.headers.get('isobit-model'), echo.id);
});

test('an answer is handed on as it is: the client judges it', async () => {
  const dispatcher = fakeDispatcher(async (given) =>
    answerTo(given, { receipt: (body) => ({ ...body, request: 'ee'.repeat(32) }) }),
  );
  const response = await gatewayOf(dispatcher).request('/jobs', whole());
  assert.equal(response.status, 200);
  assert.equal(
    jobAnswerKind.decode(new Uint8Array(await response.arrayBuffer())).receipt.request,
    'ee'.repeat(32),
  );
});

test('the client says which worker to ask and which not, and what it pays', async () => {
  const dispatcher = honest();
  await gatewayOf(dispatcher).request(
    `/jobs?worker=${address('a')}&exclude=${address('b')}&exclude=${address('c')}&maxPrice=${'9'.repeat(78)}`,
    whole(),
  );
  const { worker, exclude, maxPrice } = dispatcher.seen[0]?.options ?? {};
  assert.equal(worker, address('a'));
  assert.deepEqual(exclude, [address('b'), address('c')]);
  assert.equal(maxPrice, BigInt('9'.repeat(78)));
});

test('a query that makes no sense is refused', async () => {
  const ask = (query: string) => gatewayOf(honest()).request(`/jobs?${query}`, whole());
  assert.equal(await codeOf(await ask('worker=0xAB')), '400 PARAMETER_INVALID');
  assert.equal(
    await codeOf(await ask(`worker=${address('a')}&worker=${address('b')}`)),
    '400 PARAMETER_INVALID',
  );
  assert.equal(await codeOf(await ask('exclude=')), '400 PARAMETER_INVALID');
  for (const price of ['', '-1', '01', '1.5', 'free', '9'.repeat(79), '1&maxPrice=2'])
    assert.equal(await codeOf(await ask(`maxPrice=${price}`)), '400 PARAMETER_INVALID', price);
  assert.equal(await codeOf(await ask('wroker=1')), '400 PARAMETER_UNKNOWN');
});

test('what is no job is JOB_MALFORMED, and a later version JOB_VERSION', async () => {
  const ask = async (body: string) => errorOf(await gatewayOf(honest()).request('/jobs', post(body)));
  for (const body of ['', '{', '{"isobit":"job/1"}', `${new TextDecoder().decode(jobKind.encode(job))}\n`]) {
    const { status, code } = await ask(body);
    assert.deepEqual([status, code], [400, 'JOB_MALFORMED'], body);
  }
  const { status, code } = await ask('{"isobit":"job/2"}');
  assert.deepEqual([status, code], [400, 'JOB_VERSION']);
});

test('what HTTP refuses is refused in its own words', async () => {
  const app = gatewayOf(honest(), { limits: { jobBytes: 10 } });
  assert.equal(await codeOf(await app.request('/jobs', whole())), '413 BODY_TOO_LARGE');
  assert.equal(
    await codeOf(await app.request('/jobs', post('{}', { 'content-type': 'text/plain' }))),
    '415 BODY_TYPE',
  );
});

for (const code of jobErrorCodes) {
  test(`a worker's ${code} reaches the client with a status of its own`, async () => {
    const dispatcher = fakeDispatcher(async () => {
      throw gatewayError(code, 'as the worker put it', { retryAfterMs: 1_500 });
    });
    const response = await gatewayOf(dispatcher).request('/jobs', whole());
    assert.equal(response.headers.get('retry-after'), '2');
    const document = await errorOf(response);
    assert.deepEqual(document, {
      status: statusOf(code),
      isobit: 'job-error/1',
      code,
      message: 'as the worker put it',
      retryAfterMs: 1_500,
    });
  });
}

test('no worker is JOB_UNAVAILABLE; an unknown fault is JOB_FAILED without internals', async () => {
  const failing = (error: Error) =>
    fakeDispatcher(async () => {
      throw error;
    });
  const none = await gatewayOf(failing(gatewayError('NO_WORKER', 'nobody'))).request('/jobs', whole());
  assert.deepEqual(await errorOf(none), {
    status: 503,
    isobit: 'job-error/1',
    code: 'JOB_UNAVAILABLE',
    message: 'nobody',
  });

  const faults: unknown[] = [];
  const app = gatewayOf(failing(new Error('secret')), { report: (fault) => faults.push(fault) });
  const fault = await errorOf(await app.request('/jobs', whole()));
  assert.deepEqual([fault.status, fault.code], [500, 'JOB_FAILED']);
  assert.doesNotMatch(fault.message, /secret/);
  assert.match(String(faults), /secret/);
});

test('a long message is cut to what a job error holds', async () => {
  const dispatcher = fakeDispatcher(async () => {
    throw gatewayError('JOB_FAILED', '😀é'.repeat(2_000));
  });
  const { message } = await errorOf(await gatewayOf(dispatcher).request('/jobs', whole()));
  assert.ok(utf8(message).length <= limits.jobMessageBytes);
});

test('a job’s deadline and a client’s leaving end its dispatch', async () => {
  const dispatcher = fakeDispatcher(() => new Promise(() => {}));
  const short = post(jobKind.encode({ ...job, deadlineMs: 30 }));
  const late = await errorOf(await gatewayOf(dispatcher).request('/jobs', short));
  assert.deepEqual([late.status, late.code], [504, 'JOB_DEADLINE']);
  assert.equal(dispatcher.seen[0]?.options.signal.aborted, true);

  const client = new AbortController();
  const answer = gatewayOf(dispatcher).request('/jobs', { ...whole(), signal: client.signal });
  const seen = await waitFor(() => dispatcher.seen[1], { what: 'the dispatch' });
  client.abort();
  const gone = await errorOf(await answer);
  assert.deepEqual([gone.status, gone.code], [499, 'JOB_CANCELLED']);
  assert.equal(seen.options.signal.aborted, true);
});
