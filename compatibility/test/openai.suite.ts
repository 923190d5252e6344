import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type ReceiptMember, readChatBody, requestOfAsk } from '@isobit/apis';
import { fromHex, utf8 } from '@isobit/core';
import { decodeEvidence, networkId, openGenesis, requestDigest } from '@isobit/receipt';
import { need, type OpenApi, openApiFaults, sharedPath, waitFor } from '@isobit/testing';
import { claimOf, verify } from '@isobit/verify';
import OpenAI from 'openai';
import { endedAs, type LanguageNode, running, startLanguageNode } from './language-node.ts';

/** What answers hold beside what the API's own types know. */
type WithReceipt<T> = T & { readonly isobit: ReceiptMember };

const messages = [{ role: 'user' as const, content: 'Tell me a story about a cat.' }];
const story = { model: 'storyteller', messages, max_tokens: 24, temperature: 0 };
/** A text that it goes on with. */
const begun = { model: 'storyteller', prompt: 'Once upon', max_tokens: 8, temperature: 0 };
const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'find_toy',
      description: 'finds a toy',
      parameters: {
        type: 'object',
        properties: { toy: { enum: ['ball', 'car'] }, count: { type: 'integer', minimum: 1, maximum: 9 } },
        required: ['toy', 'count'],
      },
    },
  },
];
const schema = {
  type: 'object',
  properties: { animal: { enum: ['cat', 'dog'] }, legs: { type: 'integer', minimum: 0, maximum: 4 } },
  required: ['animal', 'legs'],
};

describe('the openai package, unchanged', () => {
  let node: LanguageNode;
  let client: OpenAI;
  before(async () => {
    node = await startLanguageNode();
    client = new OpenAI({ baseURL: `${node.url}/v1`, apiKey: 'any key', maxRetries: 0 });
  });
  after(() => node[Symbol.asyncDispose]());
  const chat = async (more: object = {}) =>
    (await client.chat.completions.create({ ...story, ...more })) as WithReceipt<OpenAI.ChatCompletion>;

  test('a plain answer, whose evidence holds', async () => {
    const answer = await chat();
    const [choice] = answer.choices;
    assert.match(choice?.message.content ?? '', /^Once upon a time/);
    assert.deepEqual(
      [choice?.finish_reason, answer.model, answer.usage?.completion_tokens],
      ['length', 'storyteller:1', 24],
    );
    assert.match(answer.system_fingerprint ?? '', /^fp_[0-9a-f]{16}$/);

    const { receipt, model, profile, salt, now = 0 } = answer.isobit;
    const ask = readChatBody(story);
    const request = requestOfAsk({ ask, model, profile, salt: fromHex(salt), now });
    const bytes = await (await fetch(`${node.url}/v1/evidence/${receipt}`)).arrayBuffer();
    const evidence = decodeEvidence(new Uint8Array(bytes));
    assert.deepEqual(evidence.request, request);
    const verdict = verify(evidence, {
      network: networkId(openGenesis),
      now: Date.now(),
      expected: { request: requestDigest(request), model, nonce: answer.isobit.nonce },
    });
    for (const claim of ['signer', 'integrity', 'log', 'usage'] as const)
      assert.equal(claimOf(verdict, claim).status, 'verified', claim);
    const byId = await (await fetch(`${node.url}/v1/receipts/${answer.id}`)).text();
    assert.match(byId, /"isobit":"receipt\/1"/);
  });

  test('a stream says the same, word by word', async () => {
    const stream = await client.chat.completions.create({
      ...story,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const told = chunks.flatMap(({ choices: [choice] }) => choice?.delta.content ?? []);
    assert.ok(told.length > 1);
    assert.equal(told.join(''), (await chat()).choices[0]?.message.content);
    const last = chunks.findLast(
      ({ choices }) => choices.length > 0,
    ) as WithReceipt<OpenAI.ChatCompletionChunk>;
    assert.equal(last.choices[0]?.finish_reason, 'length');
    assert.match(last.isobit.receipt, /^[0-9a-f]{64}$/);
    assert.equal(chunks.at(-1)?.usage?.completion_tokens, 24);
  });

  test('a seed gives the same answer again, and two answers differ', async () => {
    const drawn = { temperature: 1, seed: 7, n: 2 };
    const [first, second] = [await chat(drawn), await chat(drawn)];
    const words = ({ choices }: OpenAI.ChatCompletion) => choices.map(({ message }) => message.content);
    assert.deepEqual(words(first), words(second));
    assert.notEqual(words(first)[0], words(first)[1]);
  });

  test('a call that is asked for is made, plain and streamed', async () => {
    const asked = { tools, tool_choice: 'required' as const, max_tokens: 64 };
    const {
      choices: [choice],
    } = await chat(asked);
    assert.equal(choice?.finish_reason, 'tool_calls');
    assert.equal(choice?.message.content, null);
    const [call] = choice?.message.tool_calls ?? [];
    assert.ok(call?.type === 'function');
    assert.equal(call.function.name, 'find_toy');
    const { toy, count } = JSON.parse(call.function.arguments);
    assert.ok(['ball', 'car'].includes(toy) && count >= 1 && count <= 9);

    const runner = client.chat.completions.stream({
      ...story,
      ...asked,
      tool_choice: { type: 'function', function: { name: 'find_toy' } },
    });
    const final = await runner.finalChatCompletion();
    assert.equal(final.choices[0]?.finish_reason, 'tool_calls');
    const [streamed] = final.choices[0]?.message.tool_calls ?? [];
    assert.ok(streamed?.type === 'function');
    assert.equal(streamed.function.name, 'find_toy');

    const next = await chat({
      messages: [...messages, choice.message, { role: 'tool', tool_call_id: call.id, content: 'found' }],
      tools,
    });
    assert.ok(next.choices[0]?.message.content);
  });

  test('an answer of a schema fits it', async () => {
    const format = { type: 'json_schema' as const, json_schema: { name: 'pet', strict: true, schema } };
    const {
      choices: [choice],
    } = await chat({ response_format: format, max_tokens: 64 });
    const { animal, legs } = JSON.parse(choice?.message.content ?? '');
    assert.ok(['cat', 'dog'].includes(animal) && legs >= 0 && legs <= 4);
    assert.equal(choice?.finish_reason, 'stop');
  });

  test('log probabilities come with the words and bytes of the tokens, plain and streamed', async () => {
    const asked = { logprobs: true, top_logprobs: 2, max_tokens: 4 };
    const {
      choices: [choice],
    } = await chat(asked);
    const content = choice?.logprobs?.content ?? [];
    assert.equal(content.length, 4);
    assert.equal(content.map(({ token }) => token).join(''), choice?.message.content);
    for (const { top_logprobs: best, ...drawn } of content) {
      assert.deepEqual(best[0], drawn);
      assert.ok(best.every(({ token, bytes }) => utf8(token).join() === bytes?.join()));
    }
    const final = await client.chat.completions.stream({ ...story, ...asked }).finalChatCompletion();
    assert.deepEqual(final.choices[0]?.logprobs?.content, content);
  });

  test('a text that is gone on with has them too, with their places', async () => {
    const {
      choices: [choice],
    } = await client.completions.create({ ...begun, logprobs: 2 });
    const { tokens = [], text_offset: offsets = [], top_logprobs: best = [] } = choice?.logprobs ?? {};
    assert.equal(tokens.join(''), choice?.text);
    assert.deepEqual(
      tokens.map((token, at) => choice?.text.startsWith(token, offsets[at])),
      new Array(8).fill(true),
    );
    assert.ok(tokens.every((token, at) => best[at]?.[token] !== undefined));
  });

  test('texts are gone on with', async () => {
    const {
      choices: [choice],
    } = await client.completions.create(begun);
    assert.match(choice?.text ?? '', /^ a time/);
  });

  test('texts are embedded, and base64 says the same numbers', async () => {
    const input = ['a cat', 'a dog'];
    // The package asks for base64 itself, and decodes it.
    const asked = await client.embeddings.create({ model: 'feeling', input });
    const plain = await client.embeddings.create({ model: 'feeling', input, encoding_format: 'float' });
    assert.equal(asked.data.length, 2);
    assert.ok(asked.usage.prompt_tokens > 2);
    assert.deepEqual(asked.usage, plain.usage);
    assert.equal(plain.data[0]?.embedding.length, 32);
    assert.deepEqual(
      asked.data.map((each) => [...each.embedding]),
      plain.data.map((each) => each.embedding),
    );
  });

  test('models are listed and found', async () => {
    const list = await client.models.list();
    assert.deepEqual(list.data.map(({ id }) => id).sort(), ['deep:1', 'feeling:1', 'storyteller:1']);
    assert.equal((await client.models.retrieve('storyteller')).id, 'storyteller:1');
  });

  test('errors are those of the package', async () => {
    await assert.rejects(chat({ model: 'storytelle' }), (error: unknown) => {
      assert.ok(error instanceof OpenAI.NotFoundError);
      assert.equal(error.code, 'model_not_found');
      assert.match(error.message, /did you mean storyteller/);
      return true;
    });
    const refused = (more: object, pattern: RegExp) =>
      assert.rejects(chat(more), (error: unknown) => {
        assert.ok(error instanceof OpenAI.BadRequestError);
        assert.match(error.message, pattern);
        return true;
      });
    await refused({ reasoning_effort: 'low' }, /reasoning_effort/);
    await refused({ temperature: 1_000 }, /temperature/);
    await refused({ messages: [{ role: 'user', content: 'word '.repeat(3_000) }] }, /tokens|context/);
    await refused(
      {
        tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'string', pattern: 'a' } } }],
        tool_choice: 'required',
      },
      /pattern/,
    );
    const stream = client.chat.completions.create({ ...story, model: 'nobody', stream: true });
    await assert.rejects(async () => void (await stream), OpenAI.NotFoundError);
  });

  test('a client that leaves ends the run within a second, and its receipt says so', async () => {
    const before = await endedAs(node, 'JOB_CANCELLED');
    const receipts = (await node.operator.json<{ log: { size: number } }>('/api/status')).log.size;
    const stream = await client.completions.create({
      model: 'deep',
      prompt: 'abc',
      max_tokens: 3_000,
      temperature: 5,
      logit_bias: { 2: -100 },
      stream: true,
    });
    for await (const _ of stream) break;
    const left = performance.now();
    await waitFor(async () => (await running(node)) === 0, { what: 'the run to end' });
    assert.ok(performance.now() - left < 1_000);
    assert.equal(await endedAs(node, 'JOB_CANCELLED'), before + 1);
    assert.equal((await node.operator.json<{ log: { size: number } }>('/api/status')).log.size, receipts + 1);
  });

  test('answers have the shapes of the API', need('shared'), async () => {
    const document = JSON.parse(readFileSync(sharedPath('vectors/openai/openapi.json'), 'utf8')) as OpenApi;
    const post = async (path: string, body: object) =>
      fetch(`${node.url}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const fits = async (name: string, answer: Response | Promise<Response>) =>
      assert.deepEqual(openApiFaults(document, name, await (await answer).json()), [], name);
    const streamed = async (name: string, answer: Promise<Response>) => {
      const events = (await (await answer).text())
        .split('\n\n')
        .filter((event) => event.startsWith('data: {'));
      assert.ok(events.length > 2);
      for (const event of events)
        assert.deepEqual(openApiFaults(document, name, JSON.parse(event.slice(6))), [], event);
    };
    const call = { ...story, tools, tool_choice: 'required', max_tokens: 64, logprobs: true };
    const usage = { stream: true, stream_options: { include_usage: true } };
    const text = { model: 'storyteller', prompt: 'Once', logprobs: 2 };
    await fits('CreateChatCompletionResponse', post('chat/completions', story));
    await fits('CreateChatCompletionResponse', post('chat/completions', call));
    await streamed('CreateChatCompletionStreamResponse', post('chat/completions', { ...story, ...usage }));
    await streamed('CreateChatCompletionStreamResponse', post('chat/completions', { ...call, ...usage }));
    await fits('CreateCompletionResponse', post('completions', text));
    // Of a streamed text the document has no schema: its one lacks the reason that is null until the end.
    await fits('CreateEmbeddingResponse', post('embeddings', { model: 'feeling', input: 'a' }));
    await fits('ListModelsResponse', fetch(`${node.url}/v1/models`));
    await fits('Model', fetch(`${node.url}/v1/models/storyteller`));
    await fits('ErrorResponse', post('chat/completions', {}));
    await fits('ErrorResponse', fetch(`${node.url}/v1/models/nobody`));
  });
});
