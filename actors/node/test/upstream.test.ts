import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { AnswerError, createClient } from '@isobit/client';
import { textModelFile } from '@isobit/exact/testing';
import { decodeEvidence } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import {
  chunk,
  done,
  event,
  finish,
  hello,
  type StubServer,
  type StubServing,
  startStub,
  stream,
  usage,
} from '@isobit/upstream/testing';
import { claimOf } from '@isobit/verify';
import { endedAs, publishGguf, running } from './apis/language-node.ts';
import { closeAtEnd, startNode, type TestNode } from './support.ts';

const KEY = 'sk-of-the-operator';
const MESSAGES = [{ role: 'user', content: 'Hi' }];
const TOOLS = [
  { type: 'function', function: { name: 'time', parameters: { type: 'object', properties: {} } } },
];

interface Isobit {
  readonly receipt: string;
  readonly profile: string;
}

describe("a node before a server that speaks OpenAI's API", () => {
  const ends: (() => unknown)[] = [];
  const t = { after: (hook: () => unknown) => void ends.unshift(hook) };
  let stub: StubServer;
  let node: TestNode;
  before(async () => {
    stub = await startStub({ models: ['small', 'small:tiny', 'ORG/Other', 'embed'] });
    closeAtEnd(t, stub);
    node = await startNode(t, {
      upstream: { url: stub.url, key: KEY, models: [{ name: 'embed', embeds: true }], stallMs: 400 },
    });
  });
  after(async () => {
    for (const end of ends) await end();
  });

  const post = (path: string, body: object, init: RequestInit = {}) =>
    fetch(`${node.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'small:1', ...body }),
      ...init,
    });
  const chat = (body: object = {}, init: RequestInit = {}) =>
    post('/v1/chat/completions', { messages: MESSAGES, ...body }, init);

  test('its models are listed in every API, by names that clients can write', async () => {
    const { data } = await node.json<{ data: { id: string; isobit: Isobit }[] }>('/v1/models');
    assert.deepEqual(data.map(({ id }) => id).sort(), ['embed:1', 'org-other:1', 'small:1', 'small:tiny']);
    assert.deepEqual(new Set(data.map(({ isobit }) => isobit.profile)), new Set(['fast']));
    const { models } = await node.json<{ models: { name: string }[] }>('/api/tags');
    assert.deepEqual(models.map(({ name }) => name).sort(), [
      'embed:1',
      'org-other:1',
      'small:1',
      'small:tiny',
    ]);
    const shown = await (await post('/api/show', { model: 'small:1' })).json();
    assert.deepEqual((shown as { capabilities: string[] }).capabilities, ['completion', 'tools']);
  });

  test('an answer is signed, logged, and its evidence claims attribution only', async () => {
    stub.serve(hello);
    const answer = await chat();
    assert.equal(answer.status, 200);
    const body = (await answer.json()) as {
      choices: { message: { content: string } }[];
      usage: object;
      isobit: Isobit;
    };
    assert.equal(body.choices[0]?.message.content, 'Hello.');
    assert.deepEqual(body.usage, { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 });
    assert.equal(body.isobit.profile, 'fast');
    assert.equal(stub.heard.at(-1)?.headers.authorization, `Bearer ${KEY}`);

    const bytes = new Uint8Array(
      await (await fetch(`${node.url}/v1/evidence/${body.isobit.receipt}`)).arrayBuffer(),
    );
    const { receipt } = decodeEvidence(bytes);
    assert.deepEqual(receipt.details.engine, { name: 'upstream', version: 'ollama' });
    const text = new TextDecoder().decode(bytes);
    assert.ok(!text.includes(KEY) && !text.includes(new URL(stub.url).host));
    const verdict = await createClient({ baseUrl: node.url }).verify(decodeEvidence(bytes), {
      check: 'inclusion',
    });
    for (const claim of ['integrity', 'log', 'model'] as const)
      assert.equal(claimOf(verdict, claim).status, 'verified', claim);
    for (const claim of ['execution', 'usage'] as const) {
      const { status, reason } = claimOf(verdict, claim);
      assert.deepEqual([status, reason], ['unchecked', 'profile-fast'], claim);
    }
    assert.match(claimOf(verdict, 'execution').detail, /^attribution only/);
  });

  test('each of the APIs answers, plain and streamed', async () => {
    const text = (words: string) =>
      event({ model: 'small', choices: [{ index: 0, text: words, finish_reason: 'stop' }] });
    const prompt = { prompt: 'Once', max_tokens: 4 };
    const each: readonly [path: string, body: object, serving?: StubServing][] = [
      ['/v1/chat/completions', { messages: MESSAGES }],
      ['/v1/completions', prompt, stream(text('Hello.'), done)],
      ['/v1/responses', { input: 'Hi' }],
      ['/v1/messages', { messages: MESSAGES, max_tokens: 4 }],
      ['/api/chat', { messages: MESSAGES }],
      ['/api/generate', { prompt: 'Hi' }],
    ];
    for (const [path, body, serving = hello] of each)
      for (const streams of [false, true]) {
        stub.serve(serving);
        const answer = await post(path, { ...body, stream: streams });
        const told = await answer.text();
        assert.equal(answer.status, 200, `${path}: ${told}`);
        assert.match(told.replace(/lo\./g, 'Hello.'), /Hello\./, path);
        assert.match(told, /"receipt":"[0-9a-f]{64}"/, path);
      }
  });

  test('tools and formats go along, and calls come back as calls', async () => {
    stub.serve(
      stream(
        chunk({ content: 'So. ' }),
        chunk({ tool_calls: [{ index: 0, id: 'x', function: { name: 'time', arguments: '{"zone":' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: '"UTC"}' } }] }),
        finish('tool_calls'),
        usage(5, 4),
        done,
      ),
    );
    const body = (await (await chat({ tools: TOOLS, tool_choice: 'required' })).json()) as {
      choices: { finish_reason: string; message: { content: string; tool_calls: { function: object }[] } }[];
    };
    const [choice] = body.choices;
    assert.deepEqual(
      choice?.message.tool_calls.map((call) => call.function),
      [{ name: 'time', arguments: '{"zone":"UTC"}' }],
    );
    assert.deepEqual([choice?.finish_reason, choice?.message.content], ['tool_calls', 'So.']);
    assert.deepEqual(stub.heard.at(-1)?.body['tool_choice'], 'required');

    const streamed = await (await chat({ tools: TOOLS, stream: true })).text();
    assert.match(streamed, /"tool_calls":\[\{"index":0,"id":"[0-9a-f]{9}"/);
    assert.ok(!streamed.includes('<tool_call>'));

    stub.serve(hello);
    await chat({ response_format: { type: 'json_object' } });
    assert.deepEqual(stub.heard.at(-1)?.body['response_format'], { type: 'json_object' });
  });

  test('embeddings are given in each API that has them', async () => {
    stub.serve((answer) => void answer.end('{"data":[{"index":0,"embedding":[0.5,-2]}]}'));
    const openai = await post('/v1/embeddings', { model: 'embed', input: 'Hi' });
    const { data } = (await openai.json()) as { data: object[] };
    assert.deepEqual(data, [{ object: 'embedding', index: 0, embedding: [0.5, -2] }]);
    const ollama = await post('/api/embed', { model: 'embed', input: 'Hi' });
    assert.deepEqual(((await ollama.json()) as { embeddings: number[][] }).embeddings, [[0.5, -2]]);
    const words = await chat({ model: 'embed' });
    assert.equal(words.status, 400);
  });

  test('what no server could do is refused by name', async () => {
    const { error } = (await (await chat({ logprobs: true })).json()) as {
      error: { code: string; message: string };
    };
    assert.equal(error.code, 'JOB_INPUT_INVALID');
    assert.match(error.message, /logProbabilities/);
  });

  test('a client that leaves cancels, and the receipt says so', async () => {
    const before = await endedAs(node, 'JOB_CANCELLED');
    stub.serve((answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(chunk({ content: 'Hel' }));
    });
    const leave = new AbortController();
    const answer = await chat({ stream: true }, { signal: leave.signal });
    await answer.body?.getReader().read();
    leave.abort();
    await stub.heard.at(-1)?.left;
    await waitFor(async () => (await endedAs(node, 'JOB_CANCELLED')) > before, {
      what: 'the job to be cancelled',
    });
    assert.equal(await running(node), 0);
  });

  const ended =
    (status: number, headers: Record<string, string> = {}, body = ''): StubServing =>
    (answer) => {
      answer.writeHead(status, headers);
      answer.end(body);
    };
  const html = { 'content-type': 'text/html' };
  const sse = { 'content-type': 'text/event-stream' };
  const bad: readonly [what: string, serving: StubServing, status: number, code: string][] = [
    ['that refuses the key', ended(401), 503, 'NO_WORKER'],
    ['that does not know the model', ended(404), 503, 'NO_WORKER'],
    ['that is busy', ended(429, { 'retry-after': '7' }), 429, 'rate_limit_exceeded'],
    ['that fails', ended(500), 502, 'JOB_FAILED'],
    ['that refuses the request', ended(400), 400, 'JOB_INPUT_INVALID'],
    ['that redirects', ended(302, { location: 'http://127.0.0.1:1/' }), 502, 'JOB_FAILED'],
    ['that is a page', ended(200, html, '<html></html>'), 502, 'JOB_FAILED'],
    ['whose JSON is none', ended(200, sse, 'data: {"choices"\n\n'), 502, 'JOB_FAILED'],
    ['whose UTF-8 is none', stream(Uint8Array.of(0xff)), 502, 'JOB_FAILED'],
    ['whose answer has no end', stream(done), 502, 'JOB_FAILED'],
    ['that breaks off', (answer) => answer.destroy(), 503, 'NO_WORKER'],
    ['that says nothing', () => undefined, 422, 'JOB_LIMIT'],
    ['that lies about usage', stream(finish(), usage(3, -3)), 502, 'JOB_FAILED'],
    ['that answers with another model', stream(event({ model: 'large', choices: [] })), 502, 'JOB_FAILED'],
    ['that sends an endless line', stream('x'.repeat(1_100_000)), 422, 'JOB_LIMIT'],
  ];
  for (const [what, serving, status, code] of bad)
    test(`a server ${what} is told in the shape of each API, and harms nothing else`, async () => {
      stub.serve(serving);
      const openai = await chat();
      const told = (await openai.json()) as { error: { code: string; message: string } };
      assert.deepEqual([openai.status, told.error.code], [status, code], told.error.message);
      if (status === 429) assert.equal(openai.headers.get('retry-after'), '7');
      const anthropic = await post('/v1/messages', { messages: MESSAGES, max_tokens: 4 });
      assert.deepEqual(
        [anthropic.status, ((await anthropic.json()) as { type: string }).type],
        [status, 'error'],
      );
      const ollama = await post('/api/chat', { messages: MESSAGES, stream: false });
      assert.deepEqual(
        [ollama.status, typeof ((await ollama.json()) as { error: string }).error],
        [status, 'string'],
      );
      stub.serve(hello);
      assert.equal((await chat()).status, 200);
    });

  test('a failure within the words ends the stream with an error', async () => {
    stub.serve((answer) => {
      answer.writeHead(200, sse);
      answer.write(chunk({ content: 'Hel' }), () => answer.destroy());
    });
    const answer = await chat({ stream: true });
    const told = await answer.text();
    assert.equal(answer.status, 200);
    assert.match(told, /"content":"Hel"/);
    assert.match(told, /data: \{"error":.*"JOB_FAILED"/);
    assert.ok(!told.includes('[DONE]'));
  });

  test('nothing that the node reports holds the key', () => {
    assert.ok(!JSON.stringify(node.reports).includes(KEY));
  });

  test('another node asks it as it asks any worker, words as they come', async () => {
    const gateway = await startNode(t, { roles: ['gateway'], join: node.node.addresses() });
    const { id } = await node.api.resolve('small:1');
    await waitFor(async () => (await gateway.api.workers(id)).length > 0, { what: 'the offer to arrive' });
    stub.serve(stream(...Array.from('Hello. '.repeat(20), (content) => chunk({ content })), finish(), done));
    const client = createClient({ baseUrl: gateway.url });
    const question = { model: id, prompt: { messages: MESSAGES, now: 0 }, maxTokens: 256 };
    let words = '';
    const { response, verdict } = await client.generate({
      ...question,
      check: 'inclusion',
      onPiece: ({ text }) => {
        words += text;
      },
    });
    assert.equal(response.choices[0]?.text, 'Hello. '.repeat(20));
    assert.equal(words, 'Hello. '.repeat(20));
    assert.equal(claimOf(verdict, 'execution').status, 'unchecked');
    await assert.rejects(
      client.generate({ ...question, check: 'replay' }),
      (error) => error instanceof AnswerError && error.code === 'ANSWER_UNCHECKED',
    );
  });
});

test('a published model is answered for under fast where its operator says so, and only there', async (t) => {
  const stub = await startStub();
  closeAtEnd(t, stub);
  const publisher = await startNode(t);
  await publishGguf(publisher, 'nonsense', textModelFile());
  const { id } = await publisher.api.resolve('nonsense');
  const node = await startNode(t, {
    join: publisher.node.addresses(),
    upstream: { url: stub.url, models: [{ name: 'small', ref: id }] },
  });
  const [offered] = (await node.api.workers(id)).filter(({ worker }) => worker === node.node.address);
  assert.deepEqual(offered?.profiles, ['fast']);
  const { held } = (await node.json<{ models: { id: string; held: boolean }[] }>('/api/models')).models.find(
    (model) => model.id === id,
  ) as { held: boolean };
  assert.equal(held, false);
  const answer = await fetch(`${node.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: id, messages: MESSAGES, isobit: { profile: 'fast' } }),
  });
  const body = (await answer.json()) as { isobit: { model: string; profile: string } };
  assert.deepEqual([answer.status, body.isobit.model, body.isobit.profile], [200, id, 'fast']);
});
