import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobKind } from '@isobit/receipt';
import { type Allowance, gatewayError } from '../src/index.ts';
import { echoJob, fakeDispatcher, json, two } from './fake-node.ts';
import { embedding, hello, piece, says, teller, tellerOf, telling } from './fake-teller.ts';

/** A key that refuses with this code, or counts what is spent. */
function keyOf(refusal?: 'KEY_RATE' | 'KEY_TOKENS' | 'KEY_MODEL', concurrent?: number) {
  const seen: { models: string[]; spent: number[] } = { models: [], spent: [] };
  const allowance: Allowance = {
    id: 'key',
    ...(concurrent === undefined ? {} : { concurrent }),
    admit(model) {
      seen.models.push(model);
      if (refusal) throw gatewayError(refusal, 'no more', { retryAfterMs: 2_500 });
    },
    spend: (tokens) => void seen.spent.push(tokens),
  };
  return { seen, askerOf: () => ({ id: 'local', isCounted: false, allowance }) };
}

const CASES: readonly (readonly [
  path: string,
  body: object,
  error: (body: never) => unknown,
  code: unknown,
])[] = [
  [
    '/v1/chat/completions',
    { ...hello, stream: true },
    ({ error }: { error: { type: string; code: string } }) => [error.type, error.code],
    ['rate_limit_error', 'rate_limit_exceeded'],
  ],
  [
    '/v1/messages',
    { ...hello, max_tokens: 1 },
    ({ type, error }: { type: string; error: { type: string } }) => [type, error.type],
    ['error', 'rate_limit_error'],
  ],
  ['/api/chat', hello, ({ code }: { code: string }) => code, 'KEY_RATE'],
  ['/v2/models/alice%2Fecho/infer', two, ({ code }: { code: string }) => code, 'KEY_RATE'],
];

for (const [path, body, shape, code] of CASES) {
  test(`a key's limit is told at ${path} in its shape, with when to ask again`, async () => {
    const { askerOf, seen } = keyOf('KEY_RATE');
    const dispatcher = telling([says('Hi!')]);
    const response = await tellerOf(dispatcher, { askerOf }).request(path, json(body));
    assert.deepEqual([response.status, response.headers.get('retry-after')], [429, '3']);
    assert.deepEqual(shape((await response.json()) as never), code);
    assert.deepEqual([seen.models.length, dispatcher.seen.length], [1, 0]);
  });
}

test('a job is refused in the words of jobs', async () => {
  const job = (refusal: 'KEY_TOKENS' | 'KEY_MODEL') =>
    tellerOf(telling([]), keyOf(refusal)).request('/jobs', {
      method: 'POST',
      body: Buffer.from(jobKind.encode(echoJob)),
    });
  const told = async (response: Response) => [
    response.status,
    ((await response.json()) as { code: string }).code,
    response.headers.get('retry-after'),
  ];
  assert.deepEqual(await told(await job('KEY_TOKENS')), [429, 'JOB_BUSY', '3']);
  assert.deepEqual((await told(await job('KEY_MODEL'))).slice(0, 2), [403, 'JOB_REFUSED']);
});

test('spent tokens and another model are told apart', async () => {
  const ask = async (refusal: 'KEY_TOKENS' | 'KEY_MODEL') => {
    const { askerOf, seen } = keyOf(refusal);
    const app = tellerOf(telling([says('Hi!')]), { askerOf });
    const response = await app.request('/v1/chat/completions', json(hello));
    assert.deepEqual(seen.models, [teller.id]);
    const { error } = (await response.json()) as { error: { type: string; code: string } };
    return [response.status, error.type, error.code];
  };
  assert.deepEqual(await ask('KEY_TOKENS'), [429, 'rate_limit_error', 'insufficient_quota']);
  assert.deepEqual(await ask('KEY_MODEL'), [403, 'permission_error', 'KEY_MODEL']);
});

test('an answer costs the tokens of prompt and text, an embedding those of its texts', async () => {
  const { askerOf, seen } = keyOf();
  await tellerOf(telling([says('Hi!')]), { askerOf }).request('/v1/chat/completions', json(hello));
  await tellerOf(embedding(), { askerOf }).request(
    '/v1/embeddings',
    json({ model: 'ann/embedder', input: ['abc', 'de'] }),
  );
  assert.deepEqual(seen.spent, [9 + 3, 5]);
});

test('a stream that is left, or fails, costs what was told of it', async () => {
  const { askerOf, seen } = keyOf();
  const broken = fakeDispatcher(async (_, { onProgress }) => {
    onProgress?.({ isobit: 'job-progress/1', pieces: [piece('a'), piece('b')] });
    throw gatewayError('JOB_FAILED', 'the worker is gone');
  });
  const app = tellerOf(broken, { askerOf });
  await (await app.request('/v1/chat/completions', json({ ...hello, stream: true }))).text();
  assert.deepEqual(seen.spent, [2]);
});

test('a key has as many questions under way as it says, wherever it is shown', async () => {
  const { askerOf, seen } = keyOf(undefined, 1);
  const hold = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const inner = telling([says('Hi!')]);
  const app = tellerOf(
    {
      async dispatch(job, options) {
        entered.resolve();
        await hold.promise;
        return inner.dispatch(job, options);
      },
    },
    { askerOf },
  );
  const first = app.request('/v1/chat/completions', json(hello));
  await entered.promise;
  const second = await app.request('/v1/chat/completions', json(hello));
  assert.deepEqual([second.status, second.headers.get('retry-after')], [429, '1']);
  hold.resolve();
  assert.equal((await first).status, 200);
  assert.equal((await app.request('/v1/chat/completions', json(hello))).status, 200);
  assert.equal(seen.models.length, 2, 'what was refused did not count as a question of the minute');
});
