import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CheckedAnswer, ClientOptions } from '@isobit/client';
import { clientOf, type Lie, type NodeFaults, otherToken } from '@isobit/client/testing';
import OpenAI from 'openai';

/** The package as any app uses it, with its own retries; only its `fetch` is the client's. */
function openAiOf(lie?: Lie, options: Partial<ClientOptions> = {}, faults: NodeFaults = {}) {
  const answers: CheckedAnswer[] = [];
  const { client, jobs } = clientOf(
    lie,
    { check: 'replay', onAnswer: (answer) => answers.push(answer), ...options },
    faults,
  );
  const openai = new OpenAI({ baseURL: 'http://node.test/v1', apiKey: 'any', fetch: client.fetch });
  return { openai, client, jobs, answers };
}

const story = {
  model: 'nonsense',
  messages: [{ role: 'user' as const, content: 'abc' }],
  max_tokens: 24,
  temperature: 1.2,
  logit_bias: { 2: -100 },
};

type Withheld = InstanceType<typeof OpenAI.APIError> & {
  readonly error: { readonly isobit: { readonly claim: string; readonly detail: string } };
};

const withheld = async (asked: Promise<unknown>): Promise<Withheld> => {
  const error = await asked.then(
    () => assert.fail('it was handed over'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof OpenAI.APIError, String(error));
  return error as Withheld;
};

describe('the openai package on the client’s fetch', () => {
  test('an honest answer is handed over with what was checked', async () => {
    const { openai, jobs, answers } = openAiOf();
    const answer = (await openai.chat.completions.create(story)) as OpenAI.ChatCompletion & {
      isobit: { receipt: string; verdict: Record<string, string> };
    };
    assert.ok((answer.choices[0]?.message.content?.length ?? 0) > 0);
    assert.equal(answer.usage?.completion_tokens, 24);
    assert.equal(answer.isobit.verdict['execution'], 'verified');
    assert.deepEqual([jobs.length, answers.length, answers[0]?.holds], [1, 1, true]);
  });

  test('each question has a salt and a nonce of its own', async () => {
    const { openai, jobs } = openAiOf();
    await openai.chat.completions.create(story);
    await openai.chat.completions.create(story);
    assert.notEqual(jobs[0]?.request.salt, jobs[1]?.request.salt);
    assert.notEqual(jobs[0]?.nonce, jobs[1]?.nonce);
  });

  test('a lie of one token never reaches the app, and is not asked for again', async () => {
    const { openai, jobs, answers } = openAiOf(otherToken);
    const error = await withheld(openai.chat.completions.create(story));
    assert.deepEqual([error.status, error.code], [406, 'ANSWER_REFUTED']);
    assert.equal(error.error.isobit.claim, 'execution');
    assert.match(error.error.isobit.detail, /token 10 of the answer/);
    assert.equal(jobs.length, 1);
    assert.deepEqual(
      answers.map(({ holds }) => holds),
      [false],
    );
  });

  test('a stream says the same as its answer, and ends only once it is checked', async () => {
    const { openai, answers } = openAiOf();
    let told = '';
    let reason: string | null | undefined;
    for await (const { choices } of await openai.chat.completions.create({ ...story, stream: true })) {
      told += choices[0]?.delta.content ?? '';
      reason ??= choices[0]?.finish_reason;
      if (reason) assert.equal(answers.length, 1);
    }
    const { response } = answers[0]?.evidence ?? {};
    assert.ok(response?.kind === 'text');
    assert.equal(told, response.choices[0]?.text);
    assert.equal(reason, 'length');
  });

  test('a stream with a lie ends in an error, without a reason to finish', async () => {
    const { openai } = openAiOf(otherToken);
    let told = '';
    let reason: string | null | undefined;
    const reading = async (): Promise<void> => {
      for await (const { choices } of await openai.chat.completions.create({ ...story, stream: true })) {
        told += choices[0]?.delta.content ?? '';
        reason ??= choices[0]?.finish_reason;
      }
    };
    const error = await withheld(reading());
    assert.equal(error.code, 'ANSWER_REFUTED');
    assert.ok(told.length > 0);
    assert.equal(reason, null);
  });

  test('a stream that is to be verified gives no word of a lie', async () => {
    const { openai } = openAiOf(otherToken, { stream: 'verified' });
    const error = await withheld(openai.chat.completions.create({ ...story, stream: true }));
    assert.deepEqual([error.status, error.code], [406, 'ANSWER_REFUTED']);
    let told = '';
    const honest = openAiOf(undefined, { stream: 'verified' }).openai;
    for await (const { choices } of await honest.chat.completions.create({ ...story, stream: true }))
      told += choices[0]?.delta.content ?? '';
    assert.ok(told.length > 0);
  });

  test('completions too', async () => {
    const { openai } = openAiOf();
    const { choices } = await openai.completions.create({
      model: 'nonsense',
      prompt: 'abc',
      logit_bias: story.logit_bias,
    });
    assert.equal(choices[0]?.finish_reason, 'length');
  });

  test('a level that cannot be reached withholds the answer', async () => {
    const { openai } = openAiOf(undefined, { check: 'inclusion' });
    const error = await withheld(openai.chat.completions.create(story));
    assert.deepEqual([error.status, error.code], [406, 'ANSWER_UNCHECKED']);
    assert.equal(error.error.isobit.claim, 'log');
  });

  test('what is not served is refused by name', async () => {
    const { openai, jobs } = openAiOf();
    const error = await withheld(
      openai.chat.completions.create({ ...story, audio: { voice: 'x', format: 'wav' } } as never),
    );
    assert.deepEqual([error.status, error.code, error.param], [400, 'API_UNSUPPORTED', 'audio']);
    assert.equal(jobs.length, 0);
  });

  test('a route that nobody checks, and another node, are refused', async () => {
    const { client, openai } = openAiOf();
    const error = await withheld(openai.images.generate({ prompt: 'a cat' }));
    assert.deepEqual([error.status, error.code], [404, 'ROUTE_UNCHECKED']);
    const elsewhere = new OpenAI({ baseURL: 'http://other.test/v1', apiKey: 'any', fetch: client.fetch });
    assert.equal((await withheld(elsewhere.chat.completions.create(story))).code, 'ROUTE_UNCHECKED');
  });

  test('an answer to an earlier question is refused', async () => {
    const first = clientOf();
    const { response, evidence } = await first.client.generate({
      model: 'nonsense',
      prompt: { text: 'abc' },
      maxTokens: 4,
    });
    const earlier = { isobit: 'job-answer/1' as const, receipt: evidence.receipt, response };
    const { openai } = openAiOf(undefined, { check: 'signature' }, { earlier });
    const error = await withheld(openai.chat.completions.create(story));
    assert.equal(error.code, 'ANSWER_REFUTED');
    assert.match(error.error.isobit.detail, /nonce|question|request/);
  });

  test('an app that leaves in mid-stream ends the job', async () => {
    const left = Promise.withResolvers<void>();
    const { openai } = openAiOf(undefined, {}, { onLeft: left.resolve });
    const stream = await openai.chat.completions.create({ ...story, stream: true });
    for await (const _ of stream) break;
    await left.promise;
  });
});
