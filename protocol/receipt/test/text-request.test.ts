import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJson, isCoded, limits, utf8 } from '@isobit/core';
import {
  answerKind,
  createEmbeddingRequest,
  createTextRequest,
  isChat,
  isTokens,
  ofKind,
  requestDigest,
  requestKind,
  requestTensors,
  saltOf,
} from '@isobit/receipt';
import { forAll } from '@isobit/testing';
import fc from 'fast-check';
import { anyQuestion, anyText } from './text-arbitraries.ts';
import { smallRequest } from './vectors/exchange.ts';
import { smallEmbedding, smallText } from './vectors/text-request.ts';

const { model, profile } = smallText;
const head = { model, profile, salt: saltOf(smallText) };
const invalid = (error: unknown) => isCoded(error, 'DOCUMENT_INVALID');

test('a text request reads back from its bytes', () =>
  forAll([anyQuestion], (question) => {
    const request = createTextRequest({ ...head, ...question });
    assert.deepEqual(requestKind.decode(requestKind.encode(request)), request);
    assert.deepEqual(request.prompt, question.prompt);
  }));

test('an embedding request reads back from its bytes', () =>
  forAll([fc.array(anyText, { minLength: 1, maxLength: 8 })], (texts) => {
    const request = createEmbeddingRequest({ ...head, texts });
    assert.deepEqual(requestKind.decode(requestKind.encode(request)), request);
    assert.deepEqual(request.texts, texts);
  }));

test('any changed byte of a text request is refused or gives another digest', () =>
  forAll(
    [fc.nat(), fc.integer({ min: 1, max: 255 })],
    (at, mask) => {
      const bytes = requestKind.encode(smallText);
      bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ mask;
      try {
        assert.notEqual(requestDigest(requestKind.decode(bytes)), requestDigest(smallText));
      } catch (error) {
        assert.ok(isCoded(error), String(error));
      }
    },
    300,
  ));

test('a prompt is of exactly one form', () => {
  const message = { role: 'user', content: 'x' };
  const forms = [{ messages: [message], now: 0 }, { text: 'x' }, { tokens: [1] }];
  assert.deepEqual(
    forms.map((prompt) => [isChat(prompt as never), isTokens(prompt as never)]),
    [
      [true, false],
      [false, false],
      [false, true],
    ],
  );
  for (const a of forms)
    for (const b of forms)
      if (a !== b) assert.throws(() => requestKind.parse({ ...smallText, prompt: { ...a, ...b } }), invalid);
});

test('a message of what is wrong names the member', () => {
  const said = (changes: object, why: RegExp) =>
    assert.throws(
      () => requestKind.parse({ ...smallText, ...changes }),
      (error) => invalid(error) && why.test((error as Error).message),
      String(why),
    );
  said({ kind: 'chat' }, /"kind"/);
  said({ prompt: { messages: [{ role: 'user' }], now: 0 } }, /"prompt.messages.0.content"/);
  said({ prompt: { tokens: [-1] } }, /"prompt.tokens.0"/);
  said({ sampling: { temperature: 'warm' } }, /"sampling.temperature": must be a decimal/);
  said({ sampling: { seed: '18446744073709551616' } }, /"sampling.seed": must be below 2\^64/);
  said({ sampling: { logitBias: { cat: '1' } } }, /"sampling.logitBias": must be an object of 1 to 1024/);
  said({ grammar: { kind: 'regex' } }, /"grammar.kind"/);
  said({ stream: true }, /"stream"/);
});

test('hostile prompts are refused quickly, or taken for what they are', () => {
  const message = { role: 'user', content: 'x' };
  const many = (count: number) => ({
    ...smallText,
    prompt: { messages: Array(count).fill(message), now: 0 },
  });
  assert.throws(() => requestKind.parse(many(10_000)), invalid);
  assert.ok(requestKind.parse(many(limits.chatMessages)));

  // JSON inside a text stays a text, however deep.
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const request = createTextRequest({
    ...head,
    prompt: {
      messages: [{ ...message, toolCalls: [{ id: '1', name: 'f', arguments: deep }] }],
      tools: [{ name: 'f', parameters: deep }],
      now: 0,
    },
    maxTokens: 1,
  });
  assert.deepEqual(requestKind.decode(requestKind.encode(request)), request);

  const nested = `{"isobit":"request/1","kind":"text","prompt":${'{"messages":['.repeat(40)}${']}'.repeat(40)}}`;
  const refused = (error: unknown) => isCoded(error, 'CANONICAL_INVALID');
  assert.throws(() => requestKind.decode(utf8(nested)), refused);
  for (const lone of ['\ud800', '\udc00x', 'x\ud83d'])
    assert.throws(
      () => requestKind.encode(createTextRequest({ ...head, prompt: { text: lone }, maxTokens: 1 })),
      refused,
    );
  const spelled = JSON.stringify(smallText).replace('Once', '\\ud800nce');
  assert.throws(() => decodeJson(utf8(spelled), limits.exchangeBytes), refused);
});

test('members that are inherited say nothing', () => {
  const prompt = Object.create({ messages: [{ role: 'user', content: 'x' }], now: 0 }) as object;
  assert.throws(() => requestKind.parse({ ...smallText, prompt }), invalid);
});

test('each kind is served by itself', () => {
  assert.equal(ofKind(requestKind.parse(smallText), 'text').maxTokens, 4);
  for (const [request, kind] of [
    [smallText, 'tensors'],
    [smallEmbedding, 'text'],
    [smallRequest, 'embedding'],
  ] as const) {
    assert.throws(
      () => ofKind(requestKind.parse(request), kind),
      (error) => isCoded(error, 'KIND_UNSUPPORTED') && error.message.includes(request.kind),
    );
  }
  assert.throws(
    () => requestTensors(smallText),
    (error) => isCoded(error, 'KIND_UNSUPPORTED'),
  );
  assert.deepEqual([smallText, smallEmbedding, smallRequest].map(answerKind), ['text', 'tensors', 'tensors']);
});
