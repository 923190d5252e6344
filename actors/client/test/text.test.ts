import assert from 'node:assert/strict';
import { test } from 'node:test';
import { llmExact } from '@isobit/receipt';
import { claimOf, isTokenDifference } from '@isobit/verify';
import { AnswerError } from '../src/index.ts';
import { clientOf, type Lie, otherToken } from './text-node.ts';

const question = {
  model: 'nonsense',
  prompt: { text: 'abc' },
  maxTokens: 24,
  // Seeds are drawn anew each time, so what ends an answer is kept from coming.
  sampling: { temperature: '1.2', logitBias: { 2: '-100' } },
};

const refusal = async (asked: Promise<unknown>): Promise<AnswerError> => {
  const error = await asked.then(
    () => assert.fail('it was handed over'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AnswerError);
  return error;
};

for (const check of ['signature', 'replay', 'peer'] as const)
  test(`an honest text holds at the level "${check}", told as it comes`, async () => {
    const { client, jobs } = clientOf();
    let told = '';
    const { response, verdict } = await client.generate({
      ...question,
      check,
      onPiece: ({ text }) => {
        told += text;
      },
    });
    assert.equal(told, response.choices[0]?.text);
    assert.equal(claimOf(verdict, 'execution').status, check === 'signature' ? 'unchecked' : 'verified');
    assert.equal(claimOf(verdict, 'usage').status, 'verified');
    assert.equal(jobs[0]?.request.profile, llmExact.name);
    assert.equal(jobs.length, check === 'peer' ? 2 : 1);
  });

test('one token that is another is named, with the margin and that it was not drawn', async () => {
  const error = await refusal(clientOf(otherToken).client.generate({ ...question, check: 'replay' }));
  assert.equal(error.code, 'ANSWER_REFUTED');
  const { difference, detail } = claimOf(error.verdict, 'execution');
  assert.ok(difference && isTokenDifference(difference));
  assert.deepEqual([difference.choice, difference.index], [0, 9]);
  assert.match(detail, /token 10 of the answer/);
  assert.ok((difference.margin ?? -1) > Number.NEGATIVE_INFINITY);
});

test('a second worker tells the same token', async () => {
  const error = await refusal(clientOf(otherToken).client.generate({ ...question, check: 'peer' }));
  const { difference } = claimOf(error.verdict, 'execution');
  assert.ok(difference && isTokenDifference(difference));
  assert.equal(difference.index, 9);
});

test('a text that its tokens do not say is refuted by that member', async () => {
  const lie: Lie = (response) => {
    const draft = structuredClone(response);
    (draft.choices[0] as { text: string }).text += ' and more';
    return draft;
  };
  const error = await refusal(clientOf(lie).client.generate({ ...question, check: 'replay' }));
  const { difference } = claimOf(error.verdict, 'execution');
  assert.ok(difference && 'member' in difference);
  assert.equal(difference.member, 'text');
});

test('evidence with a trace holds, and is checked again by anyone', async () => {
  const { client } = clientOf();
  const { evidence } = await client.generate({ ...question, trace: true, check: 'replay' });
  const verdict = await client.verify(evidence, { check: 'replay' });
  assert.equal(claimOf(verdict, 'execution').status, 'verified');
});

test('where nobody serves the model the level is not reached', async () => {
  const { client } = clientOf(undefined, { replayer: undefined as never });
  assert.equal((await refusal(client.generate({ ...question, check: 'replay' }))).code, 'ANSWER_UNCHECKED');
});
