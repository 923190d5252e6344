import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReceiptMember, readResponsesBody, requestOfAsk, responsesAnswer } from '@isobit/apis';
import { fromHex } from '@isobit/core';
import { ofKind, requestDigest } from '@isobit/receipt';
import type { Hono } from 'hono';
import { gatewayError } from '../src/index.ts';
import { fakeDispatcher, json } from './fake-node.ts';
import { NOW, piece, says, tellerOf, telling } from './fake-teller.ts';

const RESPONSES = '/v1/responses';
const hello = { model: 'teller', input: 'Hello' };

interface Body {
  readonly id: string;
  readonly system_fingerprint: string;
  readonly isobit: ReceiptMember;
}
const ask = async (app: Hono, body: object, asker = 'me'): Promise<Response> => {
  const { headers, ...init } = json(body);
  return app.request(RESPONSES, { ...init, headers: { ...headers, 'x-asker': asker } });
};
const answerOf = async (app: Hono, body: object, asker?: string): Promise<Body> => {
  const response = await ask(app, body, asker);
  assert.equal(response.status, 200);
  return (await response.json()) as Body;
};
const failure = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string; param: string; message: string } };
  return [response.status, error.code, error.param];
};
const UNKNOWN = [404, 'previous_response_not_found', 'previous_response_id'];

/** Events of a stream: their names and data; comments have no name. */
const eventsOf = async (response: Response): Promise<[name: string, data: string][]> =>
  (await response.text())
    .split('\n\n')
    .filter(Boolean)
    .map((each) => {
      const [, name = '', data = each] = /^event: (.*)\ndata: (.*)$/.exec(each) ?? [];
      return [name, data];
    });

test('an answer is the pure function of the body, the response and what came back', async () => {
  const body = await answerOf(tellerOf(telling([says('Hi!')])), hello);
  const { model, profile, salt, now = 0 } = body.isobit;
  const asked = readResponsesBody(hello);
  const request = requestOfAsk({ ask: asked, model, profile, salt: fromHex(salt), now });
  const answer = responsesAnswer({
    ask: asked,
    request,
    response: { isobit: 'response/1', kind: 'text', promptTokens: 9, choices: [says('Hi!')] },
    head: {
      id: `resp_${requestDigest(request).slice(0, 32)}`,
      created: NOW / 1000,
      model: 'teller:1',
      fingerprint: body.system_fingerprint,
    },
    receipt: body.isobit,
  });
  assert.deepEqual(body, JSON.parse(JSON.stringify(answer)));
});

test('a stream names its events, and ends with the receipt', async () => {
  const app = tellerOf(telling([says('Hi there!')], [piece('Hi')]));
  const events = await eventsOf(await ask(app, { ...hello, stream: true }));
  assert.deepEqual(
    events.map(([name]) => name.replace('response.', '')),
    [
      'created',
      'in_progress',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'completed',
      '',
    ],
  );
  for (const [name, data] of events.slice(0, -1)) assert.equal(JSON.parse(data).type, name);
  assert.match(events.at(-1)?.[1] ?? '', /^: isobit \{"receipt":"[0-9a-f]{64}"/);
});

test('a question goes on from an answer, and its request holds the whole conversation', async () => {
  const dispatcher = telling([says('{"name":"look","arguments":{}}')]);
  const app = tellerOf(dispatcher);
  const tools = [{ type: 'function', name: 'look' }];
  const first = await answerOf(app, { ...hello, instructions: 'Be brief.', tools });
  const stream = await ask(app, {
    model: 'teller',
    previous_response_id: first.id,
    input: [{ type: 'function_call_output', call_id: 'x', output: 'found' }],
    stream: true,
  });
  const [, [, created = ''] = []] = await eventsOf(stream);
  const { id } = JSON.parse(created).response;
  await answerOf(app, { ...hello, previous_response_id: id, instructions: 'Be kind.', input: 'And?' });
  const { prompt } = ofKind(dispatcher.seen[2]?.job.request ?? ({} as never), 'text');
  assert.ok('messages' in prompt);
  assert.deepEqual(
    prompt.messages.map(({ role, content, toolCalls }) => [role, content, toolCalls?.length ?? 0]),
    [
      ['system', 'Be kind.', 0],
      ['user', 'Hello', 0],
      ['assistant', '', 1],
      ['tool', 'found', 0],
      // Of the second question no tool was known, so that its answer is words.
      ['assistant', '{"name":"look","arguments":{}}', 0],
      ['user', 'And?', 0],
    ],
  );
});

test('nobody goes on from an answer that is unknown, forgotten or somebody else’s', async () => {
  const app = tellerOf(telling([says('Hi!')]));
  const next = (id: string, asker?: string) => ask(app, { ...hello, previous_response_id: id }, asker);
  const kept = await answerOf(app, hello);
  assert.equal((await next(kept.id)).status, 200);
  assert.deepEqual(await failure(await next(kept.id, 'other')), UNKNOWN);
  assert.deepEqual(await failure(await next('resp_x')), UNKNOWN);
  assert.deepEqual(await failure(await next(kept.isobit.receipt)), UNKNOWN, 'a receipt is no answer');
  const forgotten = await answerOf(app, { ...hello, store: false });
  assert.deepEqual(await failure(await next(forgotten.id)), UNKNOWN);
  const chat = await app.request(
    '/v1/chat/completions',
    json({ model: 'teller', messages: [{ role: 'user', content: 'Hello' }] }),
  );
  assert.deepEqual(await failure(await next(((await chat.json()) as Body).id)), UNKNOWN);
});

test('an answer is had again as it was, plain or streamed, by who asked', async () => {
  const app = tellerOf(telling([says('Hi!')]));
  const again = async (id: string, asker?: string) =>
    app.request(`/v1/responses/${id}`, { headers: asker ? { 'x-asker': asker } : {} });
  const body = { ...hello, metadata: { a: 'b' }, instructions: 'Be kind.' };
  const plain = await answerOf(app, body);
  const had = await again(plain.id);
  assert.equal(had.headers.get('isobit-receipt'), plain.isobit.receipt);
  assert.deepEqual(await had.json(), plain);
  const events = await eventsOf(await ask(app, { ...body, stream: true }));
  const [, data = ''] = events.find(([name]) => name === 'response.completed') ?? [];
  const { response } = JSON.parse(data) as { response: Body };
  assert.deepEqual(await (await again(response.id)).json(), response);

  for (const refused of [
    again(plain.id, 'other'),
    again('resp_x'),
    again(plain.isobit.receipt),
    again((await answerOf(app, { ...body, store: false })).id),
  ])
    assert.deepEqual(await failure(await refused), [404, 'ANSWER_UNKNOWN', null]);
  const streamed = await app.request(`/v1/responses/${plain.id}?stream=true`);
  assert.deepEqual(await failure(streamed), [400, 'PARAMETER_UNKNOWN', null]);
});

test('an answer that is deleted is gone with its evidence; nobody else deletes it', async () => {
  const app = tellerOf(telling([says('Hi!')]));
  const { id, isobit } = await answerOf(app, hello);
  const remove = (asker?: string) =>
    app.request(`/v1/responses/${id}`, { method: 'DELETE', headers: asker ? { 'x-asker': asker } : {} });
  assert.deepEqual(await failure(await remove('other')), [404, 'ANSWER_UNKNOWN', null]);
  assert.equal((await app.request(`/v1/evidence/${isobit.receipt}`)).status, 200);
  assert.deepEqual(await (await remove()).json(), { id, object: 'response', deleted: true });
  assert.deepEqual(await failure(await remove()), [404, 'ANSWER_UNKNOWN', null]);
  assert.equal((await app.request(`/v1/evidence/${isobit.receipt}`)).status, 404);
  assert.deepEqual(await failure(await ask(app, { ...hello, previous_response_id: id })), UNKNOWN);
});

test('answers are forgotten in time and number, and where nobody is known to ask', async () => {
  let now = 0;
  const limits = { recentAnswers: 1, recentMs: 1_000 };
  const app = tellerOf(telling([says('Hi!')]), { limits, clock: () => now });
  const next = (id: string) => ask(app, { ...hello, previous_response_id: id, store: false });
  const first = await answerOf(app, hello);
  const second = await answerOf(app, hello);
  assert.deepEqual(await failure(await next(first.id)), UNKNOWN);
  now += 1_000;
  assert.deepEqual(await failure(await next(second.id)), UNKNOWN);

  const open = tellerOf(telling([says('Hi!')]), { askerOf: () => undefined });
  const { id } = await answerOf(open, hello);
  assert.deepEqual(await failure(await ask(open, { ...hello, previous_response_id: id })), UNKNOWN);
});

test('errors have the shape of the API, before a stream and in it', async () => {
  const app = tellerOf(telling([says('Hi!')]));
  assert.deepEqual(await failure(await ask(app, { ...hello, background: true })), [
    400,
    'API_UNSUPPORTED',
    'background',
  ]);
  const broken = fakeDispatcher(async (_, { onProgress }) => {
    onProgress?.({ isobit: 'job-progress/1', pieces: [piece('Hi')] });
    await Promise.resolve();
    throw gatewayError('JOB_FAILED', 'it broke');
  });
  const events = await eventsOf(await ask(tellerOf(broken), { ...hello, stream: true }));
  const [name, data = ''] = events.at(-1) ?? [];
  assert.equal(name, 'error');
  const error = { message: 'it broke', type: 'server_error', param: null, code: 'JOB_FAILED' };
  assert.deepEqual(JSON.parse(data), {
    type: 'error',
    sequence_number: events.length - 1,
    code: 'JOB_FAILED',
    message: 'it broke',
    param: null,
    error,
  });
});
