import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceiptMember } from '@isobit/apis';
import { type AskedRecord, gatewayError } from '../src/index.ts';
import { fakeDispatcher, honest, json, two, worker } from './fake-node.ts';
import { embedding, hello, NOW, piece, says, teller, tellerOf, telling } from './fake-teller.ts';

function told() {
  const records: AskedRecord[] = [];
  return { records, telemetry: { asked: (record: AskedRecord) => void records.push(record) } };
}

test('a question is told of once it has ended, with what its answer says', async () => {
  const { records, telemetry } = told();
  let now = 5;
  const app = tellerOf(telling([says('Hi!', { finish: 'length' }), says('Ho!')]), {
    telemetry,
    clock: () => now++,
  });
  const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
  const response = await app.request('/v1/chat/completions', json({ ...hello, n: 2 }, { traceparent }));
  const { id, isobit } = (await response.json()) as { id: string; isobit: ReceiptMember };
  const [record, ...more] = records;
  assert.deepEqual(more, []);
  assert.ok(record && record.ended > NOW);
  assert.deepEqual(record, {
    operation: 'chat',
    requestModel: 'teller',
    profile: 'llm-exact-1',
    begun: NOW,
    ended: record.ended,
    traceparent,
    answer: {
      id,
      model: 'teller:1',
      modelId: teller.id,
      inputTokens: 9,
      outputTokens: 6,
      finishReasons: ['length', 'stop'],
      receipt: isobit.receipt,
      worker: worker.address,
    },
  });
});

test('streams, completions and embeddings are told of as what they are; tensors are not', async () => {
  const { records, telemetry } = told();
  const app = tellerOf(telling([says('Hi!')], [piece('Hi!')]), { telemetry });
  await (await app.request('/v1/chat/completions', json({ ...hello, stream: true }))).text();
  await app.request('/v1/completions', json({ model: 'teller', prompt: 'a' }));
  await tellerOf(embedding(), { telemetry }).request(
    '/v1/embeddings',
    json({ model: 'ann/embedder', input: 'a' }),
  );
  await tellerOf(honest(), { telemetry }).request('/v2/models/alice%2Fecho/infer', json(two));
  assert.deepEqual(
    records.map(({ operation, answer }) => [operation, answer?.inputTokens, answer?.finishReasons]),
    [
      ['chat', 9, ['stop']],
      ['text_completion', 9, ['stop']],
      ['embeddings', 1, []],
    ],
  );
});

test('a failure is told by its code, and an unknown one without its words', async () => {
  const { records, telemetry } = told();
  const fails = (error: Error) =>
    tellerOf(
      fakeDispatcher(async () => Promise.reject(error)),
      { telemetry },
    ).request('/v1/chat/completions', json(hello));
  await fails(gatewayError('JOB_BUSY', 'full', { retryAfterMs: 1 }));
  await fails(new Error('secret'));
  assert.deepEqual(
    records.map(({ error, answer }) => [error, answer]),
    [
      ['JOB_BUSY', undefined],
      ['INTERNAL', undefined],
    ],
  );
  assert.ok(!JSON.stringify(records).includes('secret'));
});
