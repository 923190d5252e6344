import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClient, type TextQuestion } from '@isobit/client';
import { kernelsDigest } from '@isobit/exact';
import { textModelFile } from '@isobit/exact/testing';
import {
  llmExact,
  type Receipt,
  receiptDigest,
  receiptKind,
  type TextPiece,
  ZERO_HASH,
} from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { claimOf } from '@isobit/verify';
import { startNode, type TestNode } from './support.ts';

const bytes = textModelFile({ layers: 2, context: 512 }) as Uint8Array<ArrayBuffer>;

async function publish(node: TestNode, extra: object = {}, body = bytes): Promise<string> {
  const blob = await node.json<{ root: string; size: number }>('/api/blobs', { method: 'PUT', body });
  const publication = JSON.stringify({
    name: 'nonsense',
    entry: 'nonsense.gguf',
    files: [{ path: 'nonsense.gguf', ...blob }],
    ...extra,
  });
  return (await node.json<{ id: string }>('/api/models', { method: 'POST', body: publication })).id;
}

/** One of 45 MB: with what it takes beside, more than 64. */
const large = textModelFile({ type: 'F32', layers: 1_200 }) as Uint8Array<ArrayBuffer>;
/** One that takes seconds for a long answer. */
const deep = textModelFile({ layers: 40, context: 4_096 }) as Uint8Array<ArrayBuffer>;

/** Seeds are drawn anew each time, so what ends an answer is kept from coming. */
const logitBias = { 2: '-100' };

const question: Omit<TextQuestion, 'model'> = {
  prompt: { text: 'abc' },
  maxTokens: 40,
  sampling: { temperature: '1.5', logitBias },
};

/** Begins a long stream of an API and leaves at its first words. @returns when, in milliseconds since 1970 */
async function leaveStream(node: TestNode): Promise<number> {
  const stop = new AbortController();
  const response = await fetch(`${node.url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'nonsense',
      prompt: 'abc',
      max_tokens: 3_000,
      temperature: 2,
      logit_bias: { 2: -100 },
      stream: true,
    }),
    signal: stop.signal,
  });
  assert.equal(response.status, 200);
  await response.body?.getReader().read();
  stop.abort();
  return Date.now();
}

/** The entries of a node's log, by its public files (c2sp tlog-tiles), as long as there are fewer than a tile holds. */
async function entriesOf(node: TestNode): Promise<Uint8Array[]> {
  const { log } = await node.json<{ log: { size: number } }>('/api/status');
  const tile = await node.api.request(`/log/tile/entries/000.p/${log.size}`);
  const bytes = new Uint8Array(await tile.arrayBuffer());
  const view = new DataView(bytes.buffer);
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 2 + (entries.at(-1)?.length ?? 0))
    entries.push(bytes.subarray(at + 2, at + 2 + view.getUint16(at)));
  return entries;
}

describe('a node with a language model', () => {
  test('publishes what its file says, runs it, and tells of the text as it comes', async (t) => {
    const node = await startNode(t);
    const id = await publish(node, { card: { source: 'a test', architecture: 'mine' } });
    const { manifest } = await node.api.resolve('nonsense');
    assert.deepEqual(
      [manifest.format, manifest.task, manifest.title, manifest.inputs, manifest.outputs],
      ['gguf', 'text-generation', 'nonsense', [], []],
    );
    assert.match(manifest.tokenizer ?? '', /^[0-9a-f]{64}$/);
    assert.equal(manifest.chatTemplate, undefined);
    const { parameters, ...card } = manifest.card as Record<string, unknown>;
    assert.ok(Number(parameters) > 1_000);
    assert.deepEqual(card, {
      source: 'a test',
      architecture: 'mine',
      quantisation: 'Q8_0',
      context: 512,
    });
    assert.deepEqual((await node.api.workers(id))[0]?.profiles, [llmExact.name]);

    const client = createClient({ baseUrl: node.url });
    const pieces: TextPiece[] = [];
    const { response, evidence, verdict } = await client.generate({
      model: 'nonsense',
      ...question,
      trace: true,
      onPiece: (piece) => pieces.push(piece),
    });
    assert.ok(pieces.length > 1);
    assert.equal(pieces.map(({ text }) => text).join(''), response.choices[0]?.text);
    assert.equal(claimOf(verdict, 'log').status, 'verified');
    assert.equal(claimOf(verdict, 'usage').status, 'verified');
    const { usage, engine } = evidence.receipt.details;
    assert.deepEqual(usage, { inputTokens: response.promptTokens, outputTokens: 40 });
    assert.equal(engine.digest, kernelsDigest);
    assert.ok(evidence.trace);
    const served = await node.api.request(`/engines/${kernelsDigest}`);
    assert.equal(served.headers.get('content-type'), 'application/wasm');
  });

  test('gives a second node its model, and answers through it', async (t) => {
    const first = await startNode(t);
    const second = await startNode(t, { join: first.node.addresses(), roles: ['gateway', 'host'] });
    const id = await publish(first);
    await waitFor(async () => (await second.api.workers(id)).length === 1, {
      what: 'the second node to know the worker',
    });
    const client = createClient({ baseUrl: second.url });
    let told = '';
    const { response, evidence } = await client.generate({
      model: id,
      ...question,
      onPiece: ({ text }) => {
        told += text;
      },
    });
    assert.equal(evidence.receipt.worker, first.node.address);
    assert.equal(told, response.choices[0]?.text);
  });

  test('ends a run when its client leaves, and signs how it ended', async (t) => {
    const node = await startNode(t);
    await publish(node, {}, deep);
    const client = createClient({ baseUrl: node.url });
    const stop = new AbortController();
    const running = client.generate({
      model: 'nonsense',
      ...question,
      maxTokens: 3_000,
      sampling: { temperature: '5', logitBias },
      signal: stop.signal,
      onPiece: () => stop.abort(new Error('gone home')),
    });
    await assert.rejects(running, /gone home/);
    const load = async () => (await node.json<{ jobs: { running: number } }>('/api/ps')).jobs.running;
    await waitFor(async () => (await load()) === 0, { what: 'the run to end' });
    const metrics = await (await node.api.request('/metrics')).text();
    assert.match(metrics, /isobit_jobs_total\{outcome="JOB_CANCELLED"\} 1/);
    const { log } = await node.json<{ log: { size: number } }>('/api/status');
    assert.equal(log.size, 1, 'a receipt tells of it');

    // The same where the client of an API closes its connection: within a second, by the receipt's own clock.
    const left = await leaveStream(node);
    await waitFor(async () => (await entriesOf(node)).length === 2, { what: 'the second receipt' });
    const ended = (await entriesOf(node)).map((entry) => receiptKind.decode(entry));
    for (const { outcome, response, details } of ended) {
      assert.deepEqual([outcome, response, details.error], ['cancelled', ZERO_HASH, 'JOB_CANCELLED']);
    }
    const receipt = ended[1] as Receipt;
    assert.ok(receipt.time - left < 1_000, `${receipt.time - left} ms after the client left`);
    const served = await node.api.request(`/v1/receipts/${receiptDigest(receipt)}`);
    assert.deepEqual(receiptKind.decode(new Uint8Array(await served.arrayBuffer())), receipt);

    // The engine goes on for others.
    const { evidence } = await client.generate({ model: 'nonsense', ...question });
    assert.ok((await node.api.evidence(receiptDigest(evidence.receipt))).log);
  });

  test('refuses what does not fit the model, and goes on', async (t) => {
    const node = await startNode(t);
    await publish(node);
    const client = createClient({ baseUrl: node.url });
    const ask = (extra: Partial<TextQuestion>) =>
      client.generate({ model: 'nonsense', ...question, ...extra });
    await assert.rejects(ask({ prompt: { text: 'a'.repeat(2_000) } }), { code: 'JOB_INPUT_INVALID' });
    await assert.rejects(ask({ sampling: { temperature: '1000' } }), { code: 'JOB_INPUT_INVALID' });
    await assert.rejects(ask({ grammar: { kind: 'gbnf', grammar: 'root ::= (' } }), {
      code: 'JOB_INPUT_INVALID',
    });
    await assert.rejects(ask({ prompt: { messages: [{ role: 'user', content: 'hi' }], now: 0 } }), {
      code: 'JOB_INPUT_INVALID',
    });
    await assert.rejects(client.infer({ model: 'nonsense', inputs: [] }), { code: 'JOB_INPUT_INVALID' });
    await assert.rejects(ask({ profile: 'onnx-exact-1' }), { code: 'JOB_UNAVAILABLE' });
    await ask({});
  });

  test('does not offer what its memory does not hold, and says why it does not publish garbage', async (t) => {
    const node = await startNode(t, { languageMemoryMiB: 64 });
    const id = await publish(node, {}, large);
    assert.deepEqual(await node.api.workers(id), []);
    const blob = await node.json<object>('/api/blobs', { method: 'PUT', body: bytes.subarray(0, 3_000) });
    const body = JSON.stringify({ name: 'half', entry: 'a.gguf', files: [{ path: 'a.gguf', ...blob }] });
    const refused = node.api.request('/api/models', { method: 'POST', body });
    await assert.rejects(refused, { code: 'MODEL_MALFORMED' });
  });
});
