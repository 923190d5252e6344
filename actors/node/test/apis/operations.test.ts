import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { keccak256 } from '@isobit/core';
import { textModelFile } from '@isobit/exact/testing';
import { waitFor } from '@isobit/testing';
import { recover } from 'tiny-secp256k1';
import { folderFor, startNode, type TestNode } from '../support.ts';
import { attributesOf, type Collector, startCollector } from '../telemetry/collector.ts';
import { publishGguf } from './language-node.ts';

const TEMPLATE = '{{ messages[0].content }}';
const PROMPT = 'fabcade';
/** What ends an answer is kept from coming. */
const chat = (more: object = {}): string =>
  JSON.stringify({
    model: 'small',
    max_tokens: 4,
    logit_bias: { 2: -100 },
    messages: [{ role: 'user', content: PROMPT }],
    ...more,
  });

interface Answer {
  readonly id: string;
  readonly choices: readonly {
    readonly message: { readonly content: string };
    readonly finish_reason: string;
  }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
  readonly isobit: Readonly<Record<'receipt' | 'model' | 'worker' | 'profile', string>>;
}

interface Listed {
  readonly name: string;
  readonly tokensToday: number;
  readonly models?: readonly string[];
}

const create = (node: TestNode, body: object) =>
  node.api.request('/api/keys', { method: 'POST', body: JSON.stringify(body) });

async function codeOf(answer: Promise<Response>): Promise<[number, string | undefined]> {
  const response = await answer;
  const { error } = (await response.json()) as { error?: { code: string } };
  return [response.status, error?.code];
}

const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');

/** Who signed a text, as libsecp256k1 recovers it. */
function signerOf(text: string, signature: string): string {
  const bytes = Buffer.from(signature.slice(2), 'hex');
  const signed = keccak256(
    Buffer.concat([
      Buffer.from(`\x19Ethereum Signed Message:\n${Buffer.byteLength(text)}`),
      Buffer.from(text),
    ]),
  );
  const point = recover(signed, bytes.subarray(0, 64), (Number(bytes[64]) - 27) as 0 | 1, false);
  return `0x${Buffer.from(keccak256((point as Uint8Array).subarray(1)).subarray(12)).toString('hex')}`;
}

describe('a gateway for others', () => {
  const ends: (() => unknown)[] = [];
  const hooks = { after: (hook: () => unknown) => ends.unshift(hook) };
  let dataDir: string;
  let collector: Collector;
  let node: TestNode;
  before(async () => {
    dataDir = await folderFor(hooks);
    collector = await startCollector(hooks);
    const traces = { url: collector.url, service: 'mine', delayMs: 20 };
    node = await startNode(hooks, { dataDir, traces });
    for (const [name, chatTemplate] of [
      ['small', TEMPLATE],
      ['other', `${TEMPLATE} `],
    ] as const)
      await publishGguf(node, name, textModelFile({ metadata: { 'tokenizer.chat_template': chatTemplate } }));
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const ask = (body: string, headers: Record<string, string> = {}, to = node) =>
    fetch(`${to.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
  /** As if from another machine. */
  const askFrom = (key: string, model = 'small', to = node) =>
    ask(chat({ model }), { authorization: `Bearer ${key}`, 'x-forwarded-for': '203.0.113.9' }, to);

  test('is healthy once it signs', async () => {
    const health = await fetch(`${node.url}/health`);
    assert.deepEqual([health.status, await health.json()], [200, { status: 'ok', reasons: [] }]);
  });

  test("tells a collector of a question by the conventions, under the client's own span, without a word of it", async () => {
    const traceId = 'ab'.repeat(16);
    const response = await ask(chat(), { traceparent: `00-${traceId}-${'cd'.repeat(8)}-01` });
    const { id, choices, usage, isobit } = (await response.json()) as Answer;
    await waitFor(() => collector.spans().length === 1, { what: 'the span to come' });
    const [span] = collector.spans();
    assert.ok(span);
    assert.deepEqual(
      [span.name, span.traceId, span.parentSpanId, span.status.code ?? 0],
      ['chat small', traceId, 'cd'.repeat(8), 0],
    );
    assert.ok(BigInt(span.endTimeUnixNano) > BigInt(span.startTimeUnixNano));
    assert.deepEqual(attributesOf(span), {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'isobit',
      'gen_ai.request.model': 'small',
      'isobit.profile': isobit.profile,
      'gen_ai.response.id': id,
      'gen_ai.response.model': 'small:1',
      'gen_ai.usage.input_tokens': usage.prompt_tokens,
      'gen_ai.usage.output_tokens': usage.completion_tokens,
      'gen_ai.response.finish_reasons': [choices[0]?.finish_reason],
      'isobit.model': isobit.model,
      'isobit.receipt': isobit.receipt,
      'isobit.worker': isobit.worker,
    });
    const said = choices[0]?.message.content ?? '';
    assert.ok(said.length > 0);
    for (const sent of collector.bodies) {
      assert.ok(sent.includes('"mine"') && sent.includes(node.node.address));
      assert.ok(!sent.includes(PROMPT) && !sent.includes(JSON.stringify(said)));
    }
    await collector.close();
    assert.equal((await ask(chat())).status, 200, 'a collector that is gone fails no answer');
  });

  test('signs what went over the wire with the node key, as an independent library finds', async () => {
    for (const stream of [false, true]) {
      const sent = chat({ stream });
      const response = await ask(sent);
      const got = await response.text();
      assert.equal(response.status, 200);
      const answer = await fetch(`${node.url}/v1/signature/${response.headers.get('x-request-id')}`);
      const { text, signature, signing_address } = (await answer.json()) as Record<string, string>;
      assert.equal(text, `small:1:${sha256(sent)}:${sha256(got)}`);
      assert.equal(signerOf(String(text), String(signature)), node.node.address);
      assert.equal(String(signing_address).toLowerCase(), node.node.address);
      const changed = `small:1:${sha256(sent)}:${sha256(`${got} `)}`;
      assert.notEqual(signerOf(changed, String(signature)), node.node.address);
    }
  });

  test('refuses by name what a key can not be', async () => {
    const refused = async (body: object) => {
      const error = await create(node, body).then(
        () => undefined,
        (thrown: { code: string; message: string }) => thrown,
      );
      return [error?.code, error?.message];
    };
    for (const [body, word] of [
      [{ name: 'No Name' }, /"name"/],
      [{ name: 'a', requestsPerMinute: 0 }, /"requestsPerMinute"/],
      [{ name: 'a', concurrent: 1_000 }, /"concurrent"/],
      [{ name: 'a', tokensPerDay: '5' }, /"tokensPerDay"/],
      [{ name: 'a', lifetimeMs: 1 }, /"lifetimeMs"/],
      [{ name: 'a', models: [] }, /"models"/],
      [{ name: 'a', budget: 1 }, /"budget"/],
    ] as const) {
      const [code, message] = await refused(body);
      assert.equal(code, 'PARAMETER_INVALID');
      assert.match(String(message), word);
    }
    assert.equal((await refused({ name: 'a', models: ['nobody'] }))[0], 'MODEL_UNKNOWN');
    assert.equal((await create(node, { name: 'a' })).status, 200);
    assert.equal((await refused({ name: 'a' }))[0], 'KEY_NAME_TAKEN');
    await node.api.request('/api/keys/a', { method: 'DELETE' });
  });

  test("makes, holds to and removes a key as it runs; its day survives the node's end", async () => {
    const made = (await (
      await create(node, { name: 'ann', tokensPerDay: 1, models: ['small'] })
    ).json()) as Listed & { key: string };
    const { models } = await node.json<{ models: { id: string; name: string }[] }>('/api/models');
    assert.deepEqual(made.models, [models.find(({ name }) => name.endsWith('small'))?.id]);
    assert.deepEqual(await codeOf(askFrom('sk-isobit-nobody')), [401, 'invalid_api_key']);
    assert.deepEqual(await codeOf(askFrom(made.key, 'other')), [403, 'KEY_MODEL']);
    const answer = (await (await askFrom(made.key)).json()) as Answer;
    assert.deepEqual(await codeOf(askFrom(made.key)), [429, 'insufficient_quota']);
    const { keys } = await node.json<{ keys: Listed[] }>('/api/keys');
    const { prompt_tokens: asked, completion_tokens: said } = answer.usage;
    assert.deepEqual(
      keys.map(({ name, tokensToday }) => [name, tokensToday]),
      [['ann', asked + said]],
    );
    assert.ok(!JSON.stringify(keys).includes(made.key));

    await node.node[Symbol.asyncDispose]();
    const again = await startNode(hooks, { dataDir });
    assert.deepEqual(await codeOf(askFrom(made.key, 'small', again)), [429, 'insufficient_quota']);
    assert.deepEqual(await again.json('/api/keys/ann', { method: 'DELETE' }), { name: 'ann' });
    assert.deepEqual(await codeOf(askFrom(made.key, 'small', again)), [401, 'invalid_api_key']);
  });
});
