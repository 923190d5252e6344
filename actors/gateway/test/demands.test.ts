import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echo, gatewayOf, honest, json, two } from './fake-node.ts';
import { embedding, hello, says, tellerOf, telling } from './fake-teller.ts';

const [one, other] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`];
const demands = {
  'isobit-worker': one,
  'isobit-exclude': other,
  'isobit-max-price': '12',
  'isobit-check': 'replay',
};
const routing = { worker: one, exclude: [other], maxPrice: 12n };
const seenBy = ({ seen }: ReturnType<typeof honest>) => {
  const { signal: _, onProgress: __, ...options } = seen.at(-1)?.options ?? { signal: undefined };
  return options;
};

test('demands in the head go to the dispatcher, from every API', async () => {
  const texts = telling([says('Hi')]);
  const app = tellerOf(texts);
  for (const [path, body] of [
    ['/v1/chat/completions', hello],
    ['/v1/chat/completions', { ...hello, stream: true }],
    ['/v1/completions', { model: 'teller', prompt: 'Hi' }],
    ['/v1/responses', { model: 'teller', input: 'Hi' }],
    ['/v1/messages', { ...hello, max_tokens: 9 }],
    ['/api/chat', hello],
  ] as const) {
    const answer = await app.request(path, json(body, demands));
    assert.equal(answer.status, 200, path);
    await answer.text();
    assert.deepEqual(seenBy(texts), routing, path);
  }
  const rows = embedding();
  const body = { model: 'ann/embedder', input: ['a'] };
  assert.equal((await tellerOf(rows).request('/v1/embeddings', json(body, demands))).status, 200);
  assert.deepEqual(seenBy(rows), routing);
  const tensors = honest();
  assert.equal(
    (await gatewayOf(tensors).request(`/v2/models/${echo.id}/infer`, json(two, demands))).status,
    200,
  );
  assert.deepEqual(seenBy(tensors), routing);
});

test('a check by a second worker wants two of them, and others do not', async () => {
  for (const [check, least] of [
    ['peer', 2],
    ['inclusion', undefined],
  ] as const) {
    const texts = telling([says('Hi')]);
    await tellerOf(texts).request('/v1/chat/completions', json(hello, { 'isobit-check': check }));
    assert.deepEqual(seenBy(texts), least ? { least } : {});
  }
});

test('the profile of the head is that of the request, and may not contradict the body', async () => {
  const texts = telling([says('Hi')]);
  const ask = (body: object) =>
    tellerOf(texts).request(
      '/v1/chat/completions',
      json({ ...hello, ...body }, { 'isobit-profile': 'fast' }),
    );
  const answer = await ask({});
  assert.equal(answer.headers.get('isobit-profile'), 'fast');
  assert.equal(texts.seen[0]?.job.request.profile, 'fast');
  const refused = await ask({ isobit: { profile: 'llm-exact-1' } });
  assert.equal(refused.status, 400);
  assert.match(await refused.text(), /isobit-profile.*API_VALUE|API_VALUE.*isobit-profile/);
  const tensors = honest();
  await gatewayOf(tensors).request(`/v2/models/${echo.id}/infer`, json(two, { 'isobit-profile': 'fast' }));
  assert.equal(tensors.seen[0]?.job.request.profile, 'fast');
});

test('a check by running it again is refused where the profile allows none', async () => {
  const texts = telling([says('Hi')]);
  const headers = { 'isobit-profile': 'fast', 'isobit-check': 'replay' };
  const answer = await tellerOf(texts).request('/v1/chat/completions', json(hello, headers));
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /only exact profiles can be run again/);
  const tensors = honest();
  const refused = await gatewayOf(tensors).request(`/v2/models/${echo.id}/infer`, json(two, headers));
  assert.equal(refused.status, 400);
  assert.deepEqual([texts.seen.length, tensors.seen.length], [0, 0]);
});

test('a header that is no demand is refused in the shape of each API, before the body is looked at', async () => {
  const texts = telling([says('Hi')]);
  const bad = json('{', { 'isobit-max-price': 'cheap' });
  const openai = (await (await tellerOf(texts).request('/v1/chat/completions', bad)).json()) as {
    error: { code: string; param: string };
  };
  assert.deepEqual([openai.error.code, openai.error.param], ['API_VALUE', 'isobit-max-price']);
  const anthropic = await tellerOf(texts).request('/v1/messages', bad);
  assert.equal(((await anthropic.json()) as { type: string }).type, 'error');
  assert.equal((await gatewayOf(honest()).request(`/v2/models/${echo.id}/infer`, bad)).status, 400);
});
