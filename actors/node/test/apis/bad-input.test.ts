import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { textModelFile } from '@isobit/exact/testing';
import { waitFor } from '@isobit/testing';
import { startNode, type TestNode } from '../support.ts';
import { publishGguf, storyteller } from './language-node.ts';

const LOOP = '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}';
const nonsense = (template: string): Uint8Array =>
  textModelFile({ metadata: { 'tokenizer.chat_template': template } });
const hello = [{ role: 'user', content: 'abc' }];

describe('bad input to the APIs', () => {
  const ends: (() => unknown)[] = [];
  let node: TestNode;
  before(async () => {
    node = await startNode({ after: (hook) => ends.unshift(hook) });
    await publishGguf(node, 'good', nonsense('{{ messages[0].content }}'));
    await publishGguf(node, 'loops', nonsense(LOOP));
    await publishGguf(node, 'storyteller', await storyteller());
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const chat = (body: object | Uint8Array, path = '/v1/chat/completions') =>
    fetch(`${node.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body:
        body instanceof Uint8Array
          ? (body as BodyInit)
          : JSON.stringify({ model: 'good', max_tokens: 4, ...body }),
    });
  const told = async (answer: Promise<Response>): Promise<[number, string, string]> => {
    const response = await answer;
    const { error } = (await response.json()) as { error?: { code: string; message: string } };
    return [response.status, error?.code ?? '', error?.message ?? ''];
  };
  const isFine = async () => assert.equal((await chat({ messages: hello })).status, 200, 'the node lives on');

  test('ten thousand messages are refused, four thousand are put together', async () => {
    const many = (count: number) => Array.from({ length: count }, () => hello[0]);
    const [status, code] = await told(chat({ messages: many(10_000) }));
    assert.deepEqual([status, code], [400, 'API_VALUE']);
    assert.equal((await chat({ messages: many(4_000) })).status, 200);
  });

  test('a body above the limit is refused by its stated length', async () => {
    const [status, code] = await told(chat({ messages: [{ role: 'user', content: 'a'.repeat(33 << 20) }] }));
    assert.deepEqual([status, code], [413, 'BODY_TOO_LARGE']);
  });

  test('bytes that are no UTF-8 are refused, and a character split over chunks is none of them', async () => {
    const bytes = new TextEncoder().encode(
      '{"model":"good","max_tokens":4,"messages":[{"role":"user","content":"é"}]}',
    );
    const broken = bytes.slice();
    broken[broken.indexOf(0xa9)] = 0x28;
    assert.deepEqual((await told(chat(broken))).slice(0, 2), [400, 'API_MALFORMED']);
    const { hostname, port } = new URL(node.url);
    const socket = connect(Number(port), hostname);
    const at = bytes.indexOf(0xa9);
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}:${port}\r\n`);
    socket.write(
      `content-type: application/json\r\nconnection: close\r\ncontent-length: ${bytes.length}\r\n\r\n`,
    );
    socket.write(bytes.subarray(0, at));
    // The rest goes in a packet of its own once the first has left.
    await once(socket, 'connect');
    socket.write(bytes.subarray(at));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    await once(socket, 'close');
    assert.match(text, /^HTTP\/1\.1 200/);
  });

  test('a schema that calls itself is served, one that nests without end refused', async () => {
    const tree = { type: 'object', properties: { next: { $ref: '#' } } };
    const ask = (parameters: object) =>
      chat({
        model: 'storyteller',
        max_tokens: 40,
        temperature: 0,
        messages: hello,
        tools: [{ type: 'function', function: { name: 'f', parameters } }],
        tool_choice: 'required',
      });
    assert.equal((await ask(tree)).status, 200);
    let deep: object = {};
    for (let i = 0; i < 100; i++) deep = { properties: { a: deep } };
    assert.deepEqual((await told(ask(deep))).slice(0, 2), [400, 'API_MALFORMED']);
    const [status, code, message] = await told(ask({ $ref: '#/nowhere' }));
    assert.deepEqual([status, code], [400, 'JOB_INPUT_INVALID']);
    assert.match(message, /nowhere/);
  });

  test('a template that loops is refused in time, in the shape of each API', async () => {
    const loops = { model: 'loops', messages: hello };
    // The model's fault, not the asker's.
    const [status, code, why] = await told(chat(loops));
    assert.deepEqual([status, code], [502, 'JOB_FAILED']);
    assert.match(why, /the chat template asks for too much/);
    const message = await chat(loops, '/v1/messages');
    assert.deepEqual([message.status, ((await message.json()) as { type: string }).type], [502, 'error']);
    const { max_tokens: _, ...plain } = { max_tokens: 0, ...loops };
    const ollama = await fetch(`${node.url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...plain, stream: false }),
    });
    assert.equal(ollama.status, 502);
    await isFine();
  });

  test('what was asked stands in no log and no metric, however it ended', async () => {
    const secret = 'plover-93c1';
    const asking = [{ role: 'user', content: secret }];
    const before = node.reports.length;
    assert.equal((await chat({ messages: asking })).status, 200);
    assert.equal((await chat({ model: 'loops', messages: asking })).status, 502);
    assert.equal((await chat({ messages: [{ role: 'user', content: { [secret]: 1 } }] })).status, 400);
    const schema = { type: 'json_schema', json_schema: { name: 'a', schema: { $ref: `#/${secret}` } } };
    assert.equal((await chat({ messages: asking, response_format: schema })).status, 400);
    assert.equal((await chat({ model: secret, messages: asking })).status, 404);
    const demanding = await fetch(`${node.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'isobit-worker': `0x${'9'.repeat(40)}` },
      body: JSON.stringify({ model: 'good', messages: asking }),
    });
    assert.equal(demanding.status, 404);
    const metrics = await (await fetch(`${node.url}/metrics`)).text();
    assert.match(metrics, /isobit_gateway_jobs_total\{worker="0x[0-9a-f]{40}",ended="answered"\} /);
    for (const text of [JSON.stringify(node.reports.slice(before)), metrics])
      assert.doesNotMatch(text, new RegExp(secret));
  });

  test('a client that hangs up in its body, or before its answer, leaves nothing behind', async () => {
    const { hostname, port } = new URL(node.url);
    for (const sent of ['{"model":"good",', '']) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: ${hostname}:${port}\r\n`);
      socket.write(`content-type: application/json\r\ncontent-length: 500\r\n\r\n${sent}`);
      socket.destroy();
      await once(socket, 'close');
    }
    const idle = async () => (await node.json<{ jobs: { running: number; queued: number } }>('/api/ps')).jobs;
    await waitFor(async () => (({ running, queued }) => running + queued === 0)(await idle()), {
      what: 'nothing to be under way',
    });
    await isFine();
  });
});
