import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textModelFile } from '@isobit/exact/testing';
import { publishGguf } from '../apis/language-node.ts';
import { folderFor, startNode, type TestNode } from '../support.ts';

interface Listed {
  readonly name: string;
  readonly tokensToday: number;
  readonly models?: readonly string[];
}

const template = '{{ messages[0].content }}';
const create = (node: TestNode, body: object) =>
  node.api.request('/api/keys', { method: 'POST', body: JSON.stringify(body) });

/** Asks as if from another machine. */
const ask = (node: TestNode, key: string, model = 'small') =>
  fetch(`${node.url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${key}`,
      'x-forwarded-for': '203.0.113.9',
    },
    body: JSON.stringify({ model, max_tokens: 4, messages: [{ role: 'user', content: 'abc' }] }),
  });
async function codeOf(answer: Promise<Response>): Promise<[number, string | undefined]> {
  const response = await answer;
  const { error } = (await response.json()) as { error?: { code: string } };
  return [response.status, error?.code];
}

test("a key is made, used, spent and removed on a running node, and its day survives the node's end", async (t) => {
  const dataDir = await folderFor(t);
  const node = await startNode(t, { dataDir });
  const file = textModelFile({ metadata: { 'tokenizer.chat_template': template } });
  await publishGguf(node, 'small', file);
  await publishGguf(
    node,
    'other',
    textModelFile({ metadata: { 'tokenizer.chat_template': `${template} ` } }),
  );

  const made = (await (
    await create(node, { name: 'ann', tokensPerDay: 5, models: ['small'] })
  ).json()) as Listed & { key: string };
  const { models } = await node.json<{ models: { id: string; name: string }[] }>('/api/models');
  assert.deepEqual(made.models, [models.find(({ name }) => name.endsWith('small'))?.id]);
  assert.deepEqual(await codeOf(ask(node, 'sk-isobit-nobody')), [401, 'invalid_api_key']);
  assert.deepEqual(await codeOf(ask(node, made.key, 'other')), [403, 'KEY_MODEL']);
  assert.equal((await ask(node, made.key)).status, 200);
  assert.deepEqual(await codeOf(ask(node, made.key)), [429, 'insufficient_quota']);
  const { keys } = await node.json<{ keys: Listed[] }>('/api/keys');
  assert.ok((keys[0]?.tokensToday ?? 0) >= 5);
  assert.ok(!JSON.stringify(keys).includes(made.key));

  await node.node[Symbol.asyncDispose]();
  const again = await startNode(t, { dataDir });
  assert.deepEqual(await codeOf(ask(again, made.key)), [429, 'insufficient_quota']);
  assert.deepEqual(await again.json('/api/keys/ann', { method: 'DELETE' }), { name: 'ann' });
  assert.deepEqual(await codeOf(ask(again, made.key)), [401, 'invalid_api_key']);
});

test('what a key can not be is refused by name', async (t) => {
  const node = await startNode(t, { roles: ['gateway'] });
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
});
