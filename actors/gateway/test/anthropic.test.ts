import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageAnswer, type ReceiptMember, readMessageBody, requestOfAsk } from '@isobit/apis';
import { fromHex } from '@isobit/core';
import { ofKind, requestDigest } from '@isobit/receipt';
import { gatewayError } from '../src/index.ts';
import { fakeDispatcher, json } from './fake-node.ts';
import { hello, piece, says, tellerOf, telling } from './fake-teller.ts';

const MESSAGES = '/v1/messages';
const asked = { ...hello, max_tokens: 9 };

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
  const response = await tellerOf(telling([says('Hi!')])).request(MESSAGES, json(asked));
  assert.equal(response.status, 200);
  const body = (await response.json()) as { id: string; isobit: ReceiptMember };
  const { model, profile, salt, now = 0 } = body.isobit;
  const ask = readMessageBody(asked);
  const request = requestOfAsk({ ask, model, profile, salt: fromHex(salt), now });
  const head = {
    id: `msg_${requestDigest(request).slice(0, 32)}`,
    created: 0,
    model: 'teller:1',
    fingerprint: '',
  };
  const answer = messageAnswer({
    ask,
    request,
    response: { isobit: 'response/1', kind: 'text', promptTokens: 9, choices: [says('Hi!')] },
    head,
    receipt: body.isobit,
  });
  assert.deepEqual(body, JSON.parse(JSON.stringify(answer)));
  assert.equal(response.headers.get('request-id'), body.id);
});

test('a stream names its events, and ends with the receipt', async () => {
  const app = tellerOf(telling([says('Hi there!')], [piece('Hi')]));
  const events = await eventsOf(await app.request(MESSAGES, json({ ...asked, stream: true })));
  assert.deepEqual(
    events.map(([name]) => name),
    [
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
      '',
    ],
  );
  for (const [name, data] of events.slice(0, -1)) assert.equal(JSON.parse(data).type, name);
  assert.match(events.at(-1)?.[1] ?? '', /^: isobit \{"receipt":"[0-9a-f]{64}"/);
});

test('tokens are counted by a run of one', async () => {
  const dispatcher = telling([says('H', { tokens: [5], finish: 'length' })]);
  const response = await tellerOf(dispatcher).request(`${MESSAGES}/count_tokens`, json(hello));
  assert.equal(((await response.json()) as { input_tokens: number }).input_tokens, 9);
  assert.equal(ofKind(dispatcher.seen[0]?.job.request ?? ({} as never), 'text').maxTokens, 1);
});

test('errors have the shape of the API, before a stream and in it', async () => {
  const app = tellerOf(telling([says('Hi!')]));
  const refused = await app.request(MESSAGES, json(hello));
  assert.equal(refused.status, 400);
  assert.deepEqual(await refused.json(), {
    type: 'error',
    error: { type: 'invalid_request_error', message: '"max_tokens" is missing (API_MALFORMED)' },
  });
  const unknown = await app.request(MESSAGES, json({ ...asked, model: 'tellr' }));
  const { error } = (await unknown.json()) as { error: { type: string; message: string } };
  assert.deepEqual([unknown.status, error.type], [404, 'not_found_error']);
  assert.match(error.message, /did you mean teller\?/);
  const late = fakeDispatcher(async (_, { onProgress }) => {
    onProgress?.({ isobit: 'job-progress/1', pieces: [piece('Hi')] });
    await Promise.resolve();
    throw gatewayError('JOB_FAILED', 'it broke');
  });
  const events = await eventsOf(await tellerOf(late).request(MESSAGES, json({ ...asked, stream: true })));
  const [name, data = ''] = events.at(-1) ?? [];
  assert.equal(name, 'error');
  assert.deepEqual(JSON.parse(data).error, { type: 'api_error', message: 'it broke (JOB_FAILED)' });
});
