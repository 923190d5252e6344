import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CodedError, decodeCanonical, encodeCanonical, fromUtf8, nodeKey, toHex } from '@isobit/core';
import { createTensorModel, type Runtime } from '@isobit/exact';
import { type Manifest, signManifest } from '@isobit/model';
import {
  createResponse,
  type Job,
  type JobAnswer,
  jobAnswerKind,
  jobKind,
  onnxExact,
  profileDigest,
  type ReceiptBody,
  requestDigest,
  requestTensors,
  responseDigest,
  saltOf,
  signReceipt,
  type Tensor,
  usageOf,
  ZERO_HASH,
} from '@isobit/receipt';
import { claimOf, placeOf } from '@isobit/verify';
import { AnswerError, type ClientOptions, createClient, createReplayer } from '../src/index.ts';
import { code } from './fake-node.ts';

const key = (n: number) => nodeKey(new Uint8Array(32).fill(n));
const [publisher, honest, second, third] = [key(1), key(2), key(3), key(4)];
const signature = [{ name: 'x', datatype: 'FP32' as const, shape: [2] }];
const manifest: Manifest = {
  isobit: 'manifest/1',
  title: 'Double',
  format: 'onnx',
  task: 'other',
  files: [{ path: 'model.onnx', size: 1, root: ZERO_HASH }],
  entry: 'model.onnx',
  inputs: signature,
  outputs: signature,
  licence: 'MIT',
  publisher: publisher.address,
};
const signed = signManifest(manifest, publisher);
const floats = (...values: number[]): Tensor => ({
  name: 'x',
  datatype: 'FP32',
  shape: [2],
  data: new Uint8Array(Float32Array.from(values).buffer),
});
const double = ({ data }: Tensor): Tensor =>
  floats(...new Float32Array(data.slice().buffer).map((value) => value * 2));

/** A worker's answer; `change` makes it another one before it is signed. */
function answerOf(
  job: Job,
  worker = honest,
  change: (body: ReceiptBody) => ReceiptBody = (b) => b,
  outputs = requestTensors(job.request).map(double),
): JobAnswer {
  const response = createResponse(outputs);
  const body: ReceiptBody = {
    network: job.network,
    model: job.request.model,
    profile: profileDigest(onnxExact),
    request: requestDigest(job.request),
    response: responseDigest(response, saltOf(job.request)),
    trace: ZERO_HASH,
    outcome: 'complete',
    time: Date.now(),
    worker: worker.address,
    payment: ZERO_HASH,
    details: {
      nonce: job.nonce,
      usage: { ...usageOf(job.request, response) },
      engine: { name: 'fake', version: '1' },
    },
  };
  return { isobit: 'job-answer/1', receipt: signReceipt(change(body), worker), response };
}

/** A client of a node that answers jobs with `work`. */
function clientOf(
  work: (job: Job, worker: string | null) => JobAnswer,
  options: Partial<ClientOptions> = {},
) {
  const jobs: { job: Job; worker: string | null }[] = [];
  const fetch = async (input: unknown, init?: RequestInit): Promise<Response> => {
    const url = new URL(String(input));
    if (url.pathname === '/jobs') {
      const job = jobKind.decode(init?.body as Uint8Array);
      const worker = url.searchParams.get('worker');
      jobs.push({ job, worker });
      return new Response(jobAnswerKind.encode(work(job, worker)) as BodyInit);
    }
    if (url.pathname.endsWith('/workers'))
      return Response.json({
        workers: [honest, second, third].map(({ address }) => ({
          worker: address,
          profiles: [onnxExact.name],
          price: '0',
        })),
      });
    return new Response(encodeCanonical(signed) as BodyInit);
  };
  const client = createClient({
    baseUrl: 'http://node.test',
    fetch: fetch as typeof globalThis.fetch,
    ...options,
  });
  return { client, jobs };
}

const runtime: Runtime = {
  profile: onnxExact,
  engine: { name: 'fake', version: '1' },
  takes: () => true,
  load: async () =>
    createTensorModel({
      inputs: signature,
      outputs: signature,
      run: async (inputs) => ({ outputs: inputs.map(double) }),
      [Symbol.asyncDispose]: async () => {},
    }),
  [Symbol.asyncDispose]: async () => {},
};
const replayer = createReplayer({
  runtime: async (profile) => (profile.exact ? runtime : undefined),
  source: async () => ({ manifest, read: async () => new Uint8Array() }),
});
const question = { model: 'double', inputs: [floats(1, 2)] };
const lie = (job: Job): JobAnswer => answerOf(job, honest, undefined, [floats(2, 5)]);

const refusal = async (asked: Promise<unknown>): Promise<AnswerError> => {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof AnswerError, String(error));
  return error;
};

test('"none" hands over what came, and says that nothing was checked', async () => {
  const { client } = clientOf(lie);
  const { outputs, verdict } = await client.infer({ ...question, check: 'none' });
  assert.deepEqual(outputs, [floats(2, 5)]);
  assert.equal(claimOf(verdict, 'execution').status, 'unchecked');
});

test('"signature" is the default: who answered, to what', async () => {
  const { client, jobs } = clientOf((job) => answerOf(job));
  const { outputs, verdict, evidence } = await client.infer(question);
  assert.deepEqual(outputs, [floats(2, 4)]);
  assert.equal(claimOf(verdict, 'integrity').status, 'verified');
  assert.equal(evidence.receipt.details.nonce, jobs[0]?.job.nonce);
  assert.deepEqual(decodeCanonical(encodeCanonical(evidence.request)), jobs[0]?.job.request as never);
});

test("salt and nonce are the client's, new for each question", async () => {
  const { client, jobs } = clientOf((job) => answerOf(job));
  await client.infer(question);
  await client.infer(question);
  const [one, other] = jobs.map(({ job }) => job);
  assert.notEqual(one?.nonce, other?.nonce);
  assert.notEqual(one?.request.salt, other?.request.salt);
});

for (const [what, change, reason] of [
  [
    'a stale nonce',
    (b: ReceiptBody) => ({ ...b, details: { ...b.details, nonce: 'a'.repeat(64) } }),
    'stale',
  ],
  ['another network', (b: ReceiptBody) => ({ ...b, network: 'b'.repeat(64) }), 'network'],
  ['another request', (b: ReceiptBody) => ({ ...b, request: 'c'.repeat(64) }), 'request-digest'],
  ['another response', (b: ReceiptBody) => ({ ...b, response: 'd'.repeat(64) }), 'response-digest'],
  ['a clock far ahead', (b: ReceiptBody) => ({ ...b, time: Date.now() + 3_600_000 }), 'clock'],
] as const) {
  test(`a receipt of ${what} is refused, with the evidence and the reason`, async () => {
    const { client } = clientOf((job) => answerOf(job, honest, change));
    const error = await refusal(client.infer(question));
    assert.equal(error.code, 'ANSWER_REFUTED');
    const { status, reason: given } = claimOf(error.verdict, 'integrity');
    assert.equal(status, 'refuted');
    assert.ok(given === reason || given === 'stale', `${given} for ${what}`);
    assert.equal(error.evidence.receipt.worker, honest.address);
    assert.match(error.message, new RegExp(honest.address));
  });
}

test('a forged signature is refused', async () => {
  const { client } = clientOf((job) => {
    const { receipt, ...rest } = answerOf(job);
    return { ...rest, receipt: { ...receipt, worker: second.address } };
  });
  assert.equal(claimOf((await refusal(client.infer(question))).verdict, 'integrity').reason, 'signature');
});

test('a worker that is not trusted is refused where some are named', async () => {
  const trust = { workers: [second.address] };
  const { client } = clientOf((job) => answerOf(job), { trust });
  assert.equal(claimOf((await refusal(client.infer(question))).verdict, 'signer').reason, 'signer-untrusted');
});

test('"replay" confirms an honest answer and refuses a lie at its first value', async () => {
  const { client } = clientOf((job) => answerOf(job), { replayer, check: 'replay' });
  const { verdict } = await client.infer(question);
  assert.deepEqual(
    [claimOf(verdict, 'execution').method, claimOf(verdict, 'execution').by],
    ['replay', 'you'],
  );
  const liar = clientOf(lie, { replayer, check: 'replay' }).client;
  const error = await refusal(liar.infer(question));
  const { difference } = claimOf(error.verdict, 'execution');
  assert.equal(difference && placeOf(difference), 'x[1]');
});

test('"replay" without a way to run is unchecked, and the answer is withheld', async () => {
  const { client } = clientOf((job) => answerOf(job));
  assert.equal((await refusal(client.infer({ ...question, check: 'replay' }))).code, 'ANSWER_UNCHECKED');
});

test('"peer" asks another worker, which is shown no answer', async () => {
  const ask = (liar: boolean) =>
    clientOf((job, worker) =>
      worker === second.address ? answerOf(job, second) : liar ? lie(job) : answerOf(job),
    );
  const { client, jobs } = ask(false);
  const { verdict } = await client.infer({ ...question, check: 'peer' });
  assert.equal(claimOf(verdict, 'execution').by, second.address);
  assert.equal(jobs[1]?.worker, second.address);
  assert.notEqual(jobs[0]?.job.nonce, jobs[1]?.job.nonce);
  assert.deepEqual(jobs[0]?.job.request, jobs[1]?.job.request);
  const error = await refusal(ask(true).client.infer({ ...question, check: 'peer' }));
  assert.equal(claimOf(error.verdict, 'execution').reason, 'mismatch');
});

test('"peer" passes over a worker that gives no answer', async () => {
  const { client, jobs } = clientOf((job, worker) => {
    if (worker === second.address) throw new CodedError('JOB_UNAVAILABLE', 'stopping');
    return answerOf(job, worker === third.address ? third : honest);
  });
  const { verdict } = await client.infer({ ...question, check: 'peer' });
  assert.equal(claimOf(verdict, 'execution').by, third.address);
  assert.deepEqual(
    jobs.map(({ worker }) => worker),
    [null, second.address, third.address],
  );
});

test('"peer" with other workers that replay an old answer is unchecked', async () => {
  const { client } = clientOf((job, worker) =>
    worker === null
      ? answerOf(job)
      : answerOf(job, second, (b) => ({ ...b, details: { ...b.details, nonce: 'e'.repeat(64) } })),
  );
  const error = await refusal(client.infer({ ...question, check: 'peer' }));
  assert.deepEqual(
    [error.code, claimOf(error.verdict, 'execution').reason],
    ['ANSWER_UNCHECKED', 'unavailable'],
  );
});

test('a profile that is not known is refused before anything is asked', async () => {
  const { client, jobs } = clientOf((job) => answerOf(job));
  await assert.rejects(client.infer({ ...question, profile: 'onnx-exact-9' }), code('PROFILE_UNKNOWN'));
  assert.equal(jobs.length, 0);
});

test('evidence from a file is judged by the same trust', async () => {
  const { client } = clientOf((job) => answerOf(job), { replayer });
  const { evidence } = await client.infer(question);
  const verdict = await client.verify(evidence, { check: 'replay' });
  assert.equal(claimOf(verdict, 'execution').status, 'verified');
  const changed = fromUtf8(encodeCanonical(evidence)).replace(
    toHex(saltOf(evidence.request as never)),
    '0'.repeat(64),
  );
  const refuted = await client.verify(new TextEncoder().encode(changed));
  assert.equal(claimOf(refuted, 'integrity').reason, 'request-digest');
});

test('a replay runs through the runtime once loaded', async () => {
  const loaded = await runtime.load({ manifest, read: async () => new Uint8Array() });
  const { client, jobs } = clientOf((job) => answerOf(job));
  await client.infer(question);
  const { response } = await loaded.execute((jobs[0] as { job: Job }).job.request);
  assert.deepEqual(response, createResponse([floats(2, 4)]));
});
