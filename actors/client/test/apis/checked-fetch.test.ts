import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ClientOptions } from '../../src/index.ts';
import { clientOf, type Lie, otherToken } from '../text-node.ts';

/* By the bodies; with other people's packages in compatibility/. */

const question = { model: 'nonsense', max_tokens: 24, temperature: 1.2 };
const openAi = { ...question, messages: [{ role: 'user', content: 'abc' }], logit_bias: { 2: -100 } };
const anthropic = { ...question, temperature: 1, messages: [{ role: 'user', content: 'abc' }] };
const ollama = { model: 'nonsense', prompt: 'abc', stream: false, options: { num_predict: 24 } };

function ask(
  path: string,
  body: object,
  lie?: Lie,
  options: Partial<ClientOptions> = {},
): Promise<globalThis.Response> {
  const { client } = clientOf(lie, { check: 'replay', ...options });
  return client.fetch(`http://node.test${path}`, { method: 'POST', body: JSON.stringify(body) });
}

describe('the client’s fetch', () => {
  const bodies: readonly [path: string, body: object][] = [
    ['/v1/chat/completions', openAi],
    ['/v1/completions', { ...question, prompt: 'abc' }],
    ['/v1/responses', { model: 'nonsense', input: 'abc', max_output_tokens: 24 }],
    ['/v1/messages', anthropic],
    ['/api/generate', ollama],
  ];
  for (const [path, body] of bodies)
    test(`${path} has the API's answer and the verdict`, async () => {
      const response = await ask(path, body);
      const { isobit } = (await response.json()) as { isobit: { verdict: Record<string, string> } };
      assert.equal(response.status, 200);
      assert.deepEqual([isobit.verdict['execution'], isobit.verdict['signer']], ['verified', 'verified']);
      assert.match(response.headers.get('isobit-receipt') ?? '', /^[0-9a-f]{64}$/);
    });

  test('a lie is an error of the API, which names the claim', async () => {
    const response = await ask('/v1/chat/completions', openAi, otherToken);
    assert.equal(response.status, 406);
    assert.equal(response.headers.get('x-should-retry'), 'false');
    const { error } = (await response.json()) as { error: { code: string; isobit: { claim: string } } };
    assert.deepEqual([error.code, error.isobit.claim], ['ANSWER_REFUTED', 'execution']);
  });

  test('demands of the head go to the node with the job, and the answer is checked as deep as they say', async () => {
    const [worker, other] = [`0x${'1'.repeat(40)}`, `0x${'2'.repeat(40)}`];
    const { client, queries } = clientOf(otherToken, { check: 'signature' });
    const send = (headers: Record<string, string>) =>
      client.fetch('http://node.test/v1/chat/completions', {
        method: 'POST',
        headers,
        body: JSON.stringify(openAi),
      });
    const headers = { 'isobit-worker': worker, 'isobit-exclude': other, 'isobit-max-price': '7' };
    assert.equal((await send(headers)).status, 200, 'who signed it is all that was asked');
    assert.equal(queries[0], `?worker=${worker}&exclude=${other}&maxPrice=7`);
    assert.equal((await send({ 'isobit-check': 'replay' })).status, 406);
    assert.equal(queries[1], '');
    const refused = await send({ 'isobit-max-price': 'cheap' });
    assert.equal(refused.status, 400);
    assert.match(await refused.text(), /API_VALUE/);
    const contradicted = await send({ 'isobit-profile': 'nowhere' });
    assert.match(await contradicted.text(), /PROFILE_UNKNOWN/);
    assert.equal(queries.length, 2);
  });

  test('a head asks for no less than the client checks', async () => {
    const { client } = clientOf(otherToken, { check: 'replay' });
    const response = await client.fetch('http://node.test/v1/chat/completions', {
      method: 'POST',
      headers: { 'isobit-check': 'signature' },
      body: JSON.stringify(openAi),
    });
    assert.equal(response.status, 406);
  });

  test('in each API’s own shape', async () => {
    // What ends an answer cannot be kept from coming here, so that the token that is changed must be an early one.
    const first: Lie = (response) => {
      const [choice, ...rest] = response.choices;
      const tokens = (choice?.tokens ?? []).with(0, choice?.tokens[0] === 20 ? 21 : 20);
      return { ...response, choices: [{ ...(choice as NonNullable<typeof choice>), tokens }, ...rest] };
    };
    const messages = (await (await ask('/v1/messages', anthropic, first)).json()) as {
      type: string;
      error: { isobit: { claim: string } };
    };
    assert.deepEqual([messages.type, messages.error.isobit.claim], ['error', 'execution']);
    const generated = (await (await ask('/api/generate', ollama, first)).json()) as {
      code: string;
      isobit: { claim: string };
    };
    assert.deepEqual([generated.code, generated.isobit.claim], ['ANSWER_REFUTED', 'execution']);
  });

  test('a stream with a lie ends in an error and without its end mark', async () => {
    const text = await (await ask('/v1/chat/completions', { ...openAi, stream: true }, otherToken)).text();
    assert.match(text, /"code":"ANSWER_REFUTED"/);
    assert.doesNotMatch(text, /\[DONE\]|"finish_reason":"/);
    const honest = await (await ask('/v1/chat/completions', { ...openAi, stream: true })).text();
    assert.match(honest, /"finish_reason":"length"[\s\S]*data: \[DONE\]\n\n$/);
  });

  test('the events of a stream of responses end in one, or in an error', async () => {
    const asked = { model: 'nonsense', input: 'abc', max_output_tokens: 24, temperature: 1.2, stream: true };
    const events = async (lie?: Lie) => {
      const text = await (await ask('/v1/responses', { ...asked, logit_bias: { 2: -100 } }, lie)).text();
      return [...text.matchAll(/^data: (.*)$/gm)].map(
        ([, data = '']) => JSON.parse(data) as Record<string, unknown>,
      );
    };
    const honest = await events();
    assert.equal(honest.at(-1)?.['type'], 'response.incomplete');
    const refuted = await events(otherToken);
    const last = refuted.at(-1) as { error: { isobit: { claim: string } } } & Record<string, unknown>;
    assert.deepEqual([last['type'], last['code']], ['error', 'ANSWER_REFUTED']);
    assert.equal(last['sequence_number'], refuted.length - 1);
    assert.equal(last.error.isobit.claim, 'execution');
    assert.ok(!refuted.some(({ type }) => String(type).endsWith('.done')));
  });

  test('a question that goes on from an answer by its id is refused: none is kept here', async () => {
    const response = await ask('/v1/responses', {
      model: 'nonsense',
      input: 'abc',
      previous_response_id: 'resp_1',
    });
    const { error } = (await response.json()) as { error: { code: string; param: string } };
    assert.deepEqual(
      [response.status, error.code, error.param],
      [400, 'API_UNSUPPORTED', 'previous_response_id'],
    );
  });

  test('a body that is none, and a route that nobody checks, are refused', async () => {
    const { client } = clientOf();
    const malformed = await client.fetch('http://node.test/v1/completions', { method: 'POST', body: '{' });
    assert.equal(malformed.status, 400);
    assert.match(await malformed.text(), /API_MALFORMED/);
    const unknown = await client.fetch('http://node.test/v1/images/generations', {
      method: 'POST',
      body: '{}',
    });
    assert.equal(unknown.status, 404);
    assert.match(await unknown.text(), /ROUTE_UNCHECKED/);
  });
});
