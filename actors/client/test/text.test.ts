import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { concatBytes, encodeCanonical, nodeKey, utf8 } from '@isobit/core';
import { createLlmExact } from '@isobit/exact';
import { kernelsPath } from '@isobit/exact/process';
import { languageSource, textModelFile } from '@isobit/exact/testing';
import { type Manifest, signManifest } from '@isobit/model';
import {
  createTextResponse,
  type Job,
  type JobAnswer,
  jobAnswerKind,
  jobKind,
  jobProgressKind,
  llmExact,
  ofKind,
  profileDigest,
  requestDigest,
  responseDigest,
  saltOf,
  signReceipt,
  type TextPiece,
  type TextResponse,
  traceRoot,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import { claimOf, isTokenDifference } from '@isobit/verify';
import { AnswerError, type ClientOptions, createClient, createReplayer } from '../src/index.ts';

const publisher = nodeKey();
const workers = [nodeKey(), nodeKey()];
const bytes = textModelFile();
const plain = languageSource(bytes);
const manifest: Manifest = { ...plain.manifest, publisher: publisher.address };
const source = { ...plain, manifest };
const signed = signManifest(manifest, publisher);
const runtime = createLlmExact({ kernels: (build) => readFile(kernelsPath(build)) });
const loaded = await runtime.load(source);
const replayer = createReplayer({
  runtime: async (profile) => (profile.name === llmExact.name ? runtime : undefined),
  source: async () => source,
});
after(() => runtime[Symbol.asyncDispose]());

type Lie = (response: TextResponse) => TextResponse;

async function answerOf(job: Job, worker = workers[0] as (typeof workers)[0], lie: Lie = (r) => r) {
  const pieces: TextPiece[] = [];
  const { request } = job;
  const execution = await loaded.execute(request, {
    trace: job.trace,
    onPiece: (piece) => pieces.push(piece),
  });
  const response = lie(ofKind(execution.response, 'text'));
  const salt = saltOf(request);
  const receipt = signReceipt(
    {
      network: job.network,
      model: request.model,
      profile: profileDigest(llmExact),
      request: requestDigest(request),
      response: responseDigest(response, salt),
      trace: execution.trace ? traceRoot(execution.trace, salt) : ZERO_HASH,
      outcome: 'complete',
      time: Date.now(),
      worker: worker.address,
      payment: ZERO_HASH,
      details: { nonce: job.nonce, usage: usageOf(request, response), engine: runtime.engine },
    },
    worker,
  );
  const answer: JobAnswer = {
    isobit: 'job-answer/1',
    receipt,
    response,
    ...(execution.trace ? { trace: execution.trace } : {}),
  };
  return { answer, pieces };
}

function clientOf(lie?: Lie, options: Partial<ClientOptions> = {}) {
  const jobs: Job[] = [];
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input));
    if (url.pathname === '/jobs') {
      const job = jobKind.decode(init?.body as Uint8Array);
      jobs.push(job);
      const second = url.searchParams.get('worker') === workers[1]?.address;
      const { answer, pieces } = await answerOf(job, workers[second ? 1 : 0], second ? undefined : lie);
      const last = jobAnswerKind.encode(answer);
      if (!job.progress) return new Response(last as BodyInit);
      const lines = pieces.map((piece) =>
        jobProgressKind.encode({ isobit: 'job-progress/1', pieces: [piece] }),
      );
      const body = concatBytes(...[...lines, last].flatMap((line) => [line, utf8('\n')]));
      return new Response(body as BodyInit, { headers: { 'content-type': 'application/x-ndjson' } });
    }
    if (url.pathname.endsWith('/workers'))
      return Response.json({
        workers: workers.map(({ address }) => ({ worker: address, profiles: [llmExact.name], price: '0' })),
      });
    return new Response(encodeCanonical(signed) as BodyInit);
  };
  const client = createClient({
    baseUrl: 'http://node.test',
    fetch: fetch as typeof globalThis.fetch,
    replayer,
    ...options,
  });
  return { client, jobs };
}

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

/** Another token in the middle, and what it makes of the text stays as it was. */
const otherToken: Lie = ({ promptTokens, choices: [first, ...rest] }) => {
  assert.ok(first);
  const tokens = first.tokens.with(9, first.tokens[9] === 20 ? 21 : 20);
  return createTextResponse({ promptTokens, choices: [{ ...first, tokens }, ...rest] });
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

test('without a replayer the level is not reached', async () => {
  const { client } = clientOf(undefined, { replayer: undefined as never });
  assert.equal((await refusal(client.generate({ ...question, check: 'replay' }))).code, 'ANSWER_UNCHECKED');
});
