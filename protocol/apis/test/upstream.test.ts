import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, isCoded, limits, utf8 } from '@isobit/core';
import { createTextRequest, type TextRequest } from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { decodeBody, readChatBody, requestOfAsk } from '../src/index.ts';
import { createUpstreamReply, upstreamBody } from '../src/upstream/index.ts';
import { chatRequests } from './vectors/chat-requests.ts';
import { MODEL, NOW, SALT } from './vectors/vector.ts';

const head = { model: MODEL, profile: 'fast', salt: fromHex(SALT) };
const requestOf = (text: string | Uint8Array): TextRequest =>
  requestOfAsk({
    ask: readChatBody(decodeBody(typeof text === 'string' ? utf8(text) : text)),
    ...head,
    now: NOW,
  });

const tools = [{ name: 'time' }];
const asked = createTextRequest({
  ...head,
  prompt: { messages: [{ role: 'user', content: 'a' }], now: NOW, tools },
  maxTokens: 8,
});

const reply = () => createUpstreamReply({ request: asked, model: 'm' });
const chunk = (delta: object, more: object = {}) => ({ choices: [{ delta, ...more }] });
const end = chunk({}, { finish_reason: 'stop' });
const refused = (error: unknown) => isCoded(error) && ['API_ANSWER', 'API_LIMIT'].includes(error.code);

test('what a chat became is asked again in the words in which it came', () => {
  let same = 0;
  for (const [name, { text = '', kind }] of Object.entries(chatRequests.valid)) {
    if (kind !== 'chat-request') continue;
    // Salt and time are the client's affair, and no server is told.
    const { isobit: _, ...spoken } = JSON.parse(text) as Record<string, unknown>;
    const request = requestOf(JSON.stringify(spoken));
    try {
      const { body } = upstreamBody(request, { model: 'm', kind: 'vllm' });
      assert.deepEqual(requestOf(JSON.stringify(body)), request, name);
      same++;
    } catch (error) {
      assert.ok(isCoded(error, 'API_UNSUPPORTED'), String(error));
    }
  }
  assert.ok(same > 15, `${same} of the vectors came back`);
});

test('words are put together however they are parted, and told as they are', () =>
  forAll([fc.array(fc.string({ unit: 'binary', maxLength: 8 }))], (words) => {
    const reading = reply();
    const told = words.flatMap((content) => reading.chunk(chunk({ content })));
    reading.chunk(end);
    const { pieces, response } = reading.end();
    const text = words.join('').toWellFormed();
    assert.equal(response.choices[0]?.text, text);
    assert.equal([...told, ...pieces].map((piece) => piece.text).join(''), text);
  }));

test('a long word is told in pieces that a document holds', () => {
  const text = 'é😀'.repeat(5_000);
  const told = reply().chunk(chunk({ content: text }));
  assert.ok(told.every((piece) => piece.text.length <= limits.pieceText && piece.text.isWellFormed()));
  assert.equal(told.map((piece) => piece.text).join(''), text);
});

test('whatever JSON a server sends, it is read or refused as an answer', () =>
  forAll([fc.array(fc.oneof(fc.jsonValue(), arbitraryChunk), { maxLength: 5 })], (chunks) => {
    try {
      const reading = reply();
      for (const each of chunks) reading.chunk(each);
      reading.end();
    } catch (error) {
      assert.ok(refused(error), String(error));
    }
  }));

const some = <T>(value: fc.Arbitrary<T>) => fc.option(fc.oneof(value, fc.jsonValue()), { nil: undefined });
const arbitraryChunk = fc.record({
  model: fc.constantFrom('m', 'm-1', 'other', undefined),
  usage: some(fc.record({ prompt_tokens: fc.integer(), completion_tokens: fc.integer() })),
  choices: fc.array(
    fc.record({
      index: some(fc.integer({ min: -1, max: 2 })),
      delta: some(
        fc.record({
          content: some(fc.string()),
          tool_calls: some(
            fc.array(
              fc.record({
                index: some(fc.nat(2)),
                function: some(fc.record({ name: fc.constant('time'), arguments: fc.string() })),
              }),
            ),
          ),
        }),
      ),
      finish_reason: some(fc.constantFrom('stop', 'length', 'tool_calls')),
    }),
    { maxLength: 2 },
  ),
});

test('words, calls and arguments without end are too much', () => {
  const most = 'x'.repeat(limits.untokenedText);
  const words = reply();
  words.chunk(chunk({ content: most }));
  assert.throws(
    () => words.chunk(chunk({ content: 'x' })),
    (error) => isCoded(error, 'API_LIMIT'),
  );
  const calls = reply();
  const call = (written: string) => chunk({ tool_calls: [{ index: 0, function: { arguments: written } }] });
  calls.chunk(call(most));
  assert.throws(
    () => calls.chunk(call('x')),
    (error) => isCoded(error, 'API_LIMIT'),
  );
});
