import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReceiptMember } from '@isobit/apis';
import { decodeEvidence } from '@isobit/receipt';
import { Hono } from 'hono';
import { gatewayError } from '../src/index.ts';
import { codeOf, fakeDispatcher, json } from './fake-node.ts';
import { embedder, embedding, hello, piece, says, teller, tellerOf, telling } from './fake-teller.ts';

const linesOf = async (response: Response): Promise<Record<string, unknown>[]> =>
  (await response.text())
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

test('a chat streams where nothing is said, and ends with the receipt', async () => {
  const app = tellerOf(telling([says('Hi there!')], [piece('Hi'), piece(' there')]));
  const response = await app.request('/api/chat', json(hello));
  assert.equal(response.headers.get('content-type'), 'application/x-ndjson');
  const lines = await linesOf(response);
  const told = lines.map(({ message }) => (message as { content: string }).content).join('');
  assert.equal(told, 'Hi there!');
  assert.deepEqual(
    lines.map(({ done }) => done),
    [false, false, false, true],
  );
  const { isobit } = lines.at(-1) as { isobit: ReceiptMember };
  const evidence = await app.request(`/v1/evidence/${isobit.receipt}`);
  assert.ok(decodeEvidence(new Uint8Array(await evidence.arrayBuffer())).request);
});

test('a plain answer of either route', async () => {
  const app = tellerOf(telling([says('Hi!')]));
  const ask = async (path: string, body: object) =>
    (await (await app.request(path, json({ ...body, stream: false }))).json()) as Record<string, unknown>;
  const chat = await ask('/api/chat', hello);
  assert.deepEqual(
    [chat['message'], chat['done_reason'], chat['model']],
    [{ role: 'assistant', content: 'Hi!' }, 'stop', 'teller:1'],
  );
  assert.equal(chat['created_at'], '2026-11-27T12:00:00.000Z');
  const generate = await ask('/api/generate', { model: 'teller:latest', prompt: 'a' });
  assert.deepEqual([generate['response'], generate['eval_count']], ['Hi!', 3]);
});

test('errors are a text, before a stream and in it', async () => {
  const app = tellerOf(telling([says('Hi!')]));
  assert.equal(
    await codeOf(await app.request('/api/chat', json({ ...hello, template: 'x' }))),
    '400 API_UNSUPPORTED',
  );
  assert.equal(
    await codeOf(await app.request('/api/chat', json({ ...hello, model: 'tellr' }))),
    '404 MODEL_UNKNOWN',
  );
  const late = fakeDispatcher(async (_, { onProgress }) => {
    onProgress?.({ isobit: 'job-progress/1', pieces: [piece('Hi')] });
    await Promise.resolve();
    throw gatewayError('JOB_FAILED', 'it broke');
  });
  const lines = await linesOf(await tellerOf(late).request('/api/chat', json(hello)));
  assert.deepEqual(lines.at(-1), { code: 'JOB_FAILED', error: 'it broke' });
});

test('texts are embedded', async () => {
  const response = await tellerOf(embedding()).request(
    '/api/embed',
    json({ model: 'ann/embedder', input: ['a', 'b'] }),
  );
  const { embeddings } = (await response.json()) as { embeddings: number[][] };
  assert.deepEqual(embeddings, [
    [0.5, 1.5],
    [2.5, 3.5],
  ]);
});

test('models are listed, shown, and told of where they are loaded', async () => {
  const app = tellerOf(telling([]), { holdings: { loaded: () => [embedder.id], holds: async () => false } });
  const names = async (path: string) =>
    ((await (await app.request(path)).json()) as { models: { name: string }[] }).models.map(
      ({ name }) => name,
    );
  assert.deepEqual(await names('/api/tags'), ['teller:1', 'ann/embedder:1']);
  assert.deepEqual(await names('/api/ps'), ['ann/embedder:1']);
  const show = async (body: object) =>
    (await (await app.request('/api/show', json(body))).json()) as {
      capabilities: string[];
      model_info: object;
    };
  assert.deepEqual((await show({ model: 'teller' })).capabilities, ['completion']);
  assert.deepEqual((await show({ name: 'ann/embedder' })).capabilities, ['embedding']);
  assert.deepEqual((await show({ model: 'teller' })).model_info, { 'isobit.id': teller.id });
  assert.equal(await codeOf(await app.request('/api/show', json({ modle: 'x' }))), '400 API_MALFORMED');
  assert.equal(
    await codeOf(await app.request('/api/show', json({ model: 'teller', x: 1 }))),
    '400 API_UNSUPPORTED',
  );
});

test('a pull fetches nothing: what is here is told, and the rest is the operator’s', async () => {
  const pull = (holds: boolean) =>
    tellerOf(telling([]), { holdings: { loaded: () => [], holds: async () => holds } }).request(
      '/api/pull',
      json({ model: 'teller' }),
    );
  assert.deepEqual(await (await pull(true)).json(), { status: 'success' });
  assert.equal(await codeOf(await pull(false)), '403 OPERATOR_ONLY');
});

test('the operator is let pass to his own routes of the same path', async () => {
  const app = new Hono();
  app.route('/', tellerOf(telling([]), { isOperator: (c) => c.req.header('x-operator') === 'yes' }));
  app.get('/api/ps', (c) => c.text('his'));
  app.post('/api/pull', (c) => c.text('his'));
  const headers = { 'x-operator': 'yes' };
  assert.equal(await (await app.request('/api/ps', { headers })).text(), 'his');
  assert.equal(await (await app.request('/api/pull', { method: 'POST', headers })).text(), 'his');
  assert.deepEqual(await (await app.request('/api/ps')).json(), { models: [] });
});
