import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, isCoded, limits } from '@isobit/core';
import { createTextResponse, requestDigest, type TextResponse } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import {
  type AnswerStream,
  continuedAsk,
  createResponsesStream,
  readResponsesBody,
  requestOfAsk,
  responsesAnswer,
} from '../src/index.ts';
import { HEAD, MODEL, NOW, RECEIPT, SALT } from './vectors/vector.ts';

const head = { ...HEAD, id: `resp_${'0'.repeat(32)}` };
const around = { model: MODEL, profile: 'llm-exact-1', salt: fromHex(SALT), now: NOW };
const tools = [{ type: 'function', name: 'time' }];
const CALL = '{"name":"time","arguments":{"a":"b"}}';

/** Words, calls, both and neither; and what only looks like a call. */
const text = fc.oneof(
  fc.constantFrom(
    '',
    CALL,
    `So. <tool_call>${CALL}</tool_call>`,
    `[TOOL_CALLS][${CALL},${CALL}]`,
    '{"name":1}',
  ),
  fc.string({ maxLength: 12 }),
);
const responseOf = (said: string, finish: 'stop' | 'length' = 'stop'): TextResponse =>
  createTextResponse({ promptTokens: 1, choices: [{ text: said, tokens: [5], finish }] });

test('who sends the items of an answer asks the same as who names it', async () => {
  const instructions = fc.constantFrom('', 'Be brief.', 'Be kind.');
  await forAll([text, instructions, instructions, fc.boolean()], (said, first, second, mayCall) => {
    const before = { model: 'm', input: 'Hello', instructions: first, ...(mayCall ? { tools } : {}) };
    const ask = readResponsesBody(before);
    const request = requestOfAsk({ ask, ...around });
    const response = responseOf(said);
    const { output } = responsesAnswer({ ask, request, response, head, receipt: RECEIPT });
    const next = { role: 'user', content: 'And now?' };
    const more = { model: 'm', instructions: second };

    const named = readResponsesBody({ ...more, input: [next], previous_response_id: head.id });
    const whole = continuedAsk(named, { request, response, instructions: ask.instructions });
    const sent = readResponsesBody({ ...more, input: [{ role: 'user', content: 'Hello' }, ...output, next] });
    assert.deepEqual(whole.prompt, sent.prompt);
    assert.equal(
      requestDigest(requestOfAsk({ ask: whole, ...around })),
      requestDigest(requestOfAsk({ ask: sent, ...around })),
    );
  });
});

interface Event {
  readonly type: string;
  readonly sequence_number: number;
  readonly output_index?: number;
  readonly delta?: string;
  readonly item?: { readonly type: string };
  readonly response?: { readonly output: readonly object[] };
}
const eventsOf = (stream: AnswerStream, pieces: readonly string[], response: TextResponse): Event[] =>
  [
    ...stream.begin(),
    ...pieces.flatMap((each) => stream.piece({ choice: 0, tokens: [5], text: each })),
    ...stream.end(response, RECEIPT),
  ] as Event[];

test('a stream, however it comes, puts together the plain answer', async () => {
  const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 4 });
  await forAll([text, cuts, fc.boolean(), fc.boolean()], (said, at, mayCall, isCut) => {
    const ask = readResponsesBody({ model: 'm', input: 'Hello', ...(mayCall ? { tools } : {}) });
    const request = requestOfAsk({ ask, ...around });
    const response = responseOf(said, isCut ? 'length' : 'stop');
    const places = [0, ...at.map((each) => Math.min(each, said.length)).sort((a, b) => a - b), said.length];
    const pieces = places.slice(1).map((end, index) => said.slice(places[index], end));
    const events = eventsOf(createResponsesStream({ ask, request, head }), pieces, response);

    const plain = responsesAnswer({ ask, request, response, head, receipt: RECEIPT });
    assert.deepEqual(
      events.map((event) => event.sequence_number),
      events.map((_, index) => index),
    );
    assert.deepEqual(events.at(-1)?.response, plain);
    assert.equal(events.at(-1)?.type, `response.${plain.status}`);
    const done = events.filter(({ type }) => type === 'response.output_item.done');
    assert.deepEqual(
      done.map(({ item }) => item),
      plain.output,
    );
    for (const [index, item] of plain.output.entries()) {
      const own = events.filter((event) => event.output_index === index);
      const told = own.map(({ delta = '' }) => delta).join('');
      const { arguments: written, content } = item as {
        arguments?: string;
        content?: readonly { text: string }[];
      };
      assert.equal(told, written ?? content?.[0]?.text);
      assert.equal(own[0]?.type, 'response.output_item.added');
    }
  });
});

test('what an answer repeats is bounded, and the largest of it is named', () => {
  const small = { model: 'm', input: 'a'.repeat(2 ** 21) };
  const { instructions: _, ...others } = readResponsesBody(small).settings;
  const counted = Object.values(others)
    .map((value) => JSON.stringify(value).length)
    .reduce((sum, size) => sum + size, 0);
  const most = 'a'.repeat(limits.answerSettings - counted - '""'.length);
  assert.ok(readResponsesBody({ ...small, instructions: most }));
  const isRefused = (more: object, param: string) =>
    assert.throws(
      () => readResponsesBody({ ...small, ...more }),
      (error) => isCoded(error, 'API_VALUE') && error.details['param'] === param,
    );
  isRefused({ instructions: `${most}a` }, 'instructions');
  const long = 'a'.repeat(limits.answerSettings);
  isRefused({ metadata: { a: long }, instructions: 'Be brief.' }, 'metadata');
  isRefused({ user: long }, 'user');
  isRefused({ tools: [{ ...tools[0], description: long }], tool_choice: 'none' }, 'tools');
});

test('no call is told before the answer is there', () => {
  const ask = readResponsesBody({ model: 'm', input: 'Hello', tools });
  const stream = createResponsesStream({ ask, request: requestOfAsk({ ask, ...around }), head });
  stream.begin();
  assert.deepEqual(stream.piece({ choice: 0, tokens: [5], text: CALL }), []);
  assert.throws(
    () => stream.end(responseOf('Hi!'), RECEIPT),
    (error) => isCoded(error, 'API_STREAM'),
  );
});
