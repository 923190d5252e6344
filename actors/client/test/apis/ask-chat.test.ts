import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@isobit/core';
import { AnswerError, type CheckedAnswer } from '../../src/index.ts';
import { toldChat } from '../../src/told-chat.ts';
import { clientOf, otherToken } from '../text-node.ts';

const body = {
  model: 'nonsense',
  messages: [{ role: 'user', content: 'abc' }],
  max_tokens: 24,
  logit_bias: { 2: -100 },
};

test('a chat is answered once it is checked; its words were told before, all of them', async () => {
  const told: CheckedAnswer[] = [];
  const { client, jobs } = clientOf(undefined, { check: 'replay', onAnswer: (answer) => told.push(answer) });
  let words = '';
  const { completion, evidence, verdict } = await client.chat(body, {
    onWords: (more) => {
      words += more;
    },
  });
  assert.equal(completion.choices[0]?.message.content, words);
  assert.equal(completion.isobit.verdict.execution, 'verified');
  assert.equal(jobs[0]?.request.salt, completion.isobit.salt);
  assert.deepEqual(
    told.map(({ evidence: kept, verdict: found, holds }) => [kept === evidence, found === verdict, holds]),
    [[true, true, true]],
  );
});

test('one with a lie rejects with everything that was found out', async () => {
  const told: boolean[] = [];
  const { client } = clientOf(otherToken, { check: 'replay', onAnswer: ({ holds }) => told.push(holds) });
  await assert.rejects(client.chat(body), (error) => {
    assert.ok(error instanceof AnswerError);
    assert.equal(error.code, 'ANSWER_REFUTED');
    assert.equal(error.verdict.claims.find(({ claim }) => claim === 'execution')?.status, 'refuted');
    return true;
  });
  assert.deepEqual(told, [false]);
});

test('of a lie no word is told where streams are to be verified', async () => {
  const words: string[] = [];
  const onWords = (more: string) => void words.push(more);
  const { client } = clientOf(otherToken, { check: 'replay', stream: 'verified' });
  await assert.rejects(client.chat(body, { onWords }), AnswerError);
  assert.deepEqual(words, []);
  await clientOf(undefined, { check: 'replay', stream: 'verified' }).client.chat(body, { onWords });
  assert.equal(words.length, 1);
});

test('what is not served is refused by name, and nothing is asked', async () => {
  const { client, jobs } = clientOf();
  const audio = { ...body, audio: { voice: 'x' } };
  await assert.rejects(
    client.chat(audio),
    (error) => isCoded(error, 'API_UNSUPPORTED') && /audio/.test(error.message),
  );
  await assert.rejects(
    client.chat({}),
    (error) => isCoded(error, 'API_VALUE') || isCoded(error, 'API_MALFORMED'),
  );
  assert.equal(jobs.length, 0);
});

test('words can be read one by one; an abort ends reading and work', async () => {
  const { client } = clientOf(undefined, { check: 'replay' });
  const reading = toldChat(client, body);
  let words = '';
  let next = await reading.next();
  for (; !next.done; next = await reading.next()) words += next.value;
  assert.equal(next.value.completion.choices[0]?.message.content, words);

  const left = Promise.withResolvers<void>();
  const endless = clientOf(undefined, {}, { onLeft: () => left.resolve() }).client;
  const stop = new AbortController();
  const waiting = toldChat(endless, { ...body, logit_bias: { 20: 100 } }, stop.signal);
  assert.equal((await waiting.next()).done, false);
  const more = waiting.next();
  stop.abort(new Error('enough'));
  await assert.rejects(more, /enough/);
  await left.promise;
});
