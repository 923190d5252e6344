import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type ReceiptMember, readResponsesBody, requestOfAsk } from '@isobit/apis';
import { fromHex } from '@isobit/core';
import { decodeEvidence, networkId, openGenesis, requestDigest } from '@isobit/receipt';
import { need, type OpenApi, openApiFaults, sharedPath, waitFor } from '@isobit/testing';
import { claimOf, verify } from '@isobit/verify';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import OpenAI from 'openai';
import { endedAs, type LanguageNode, running, startLanguageNode } from './language-node.ts';

type Answer = OpenAI.Responses.Response & { readonly isobit: ReceiptMember };

const story = {
  model: 'storyteller',
  input: 'Tell me a story about a cat.',
  max_output_tokens: 24,
  temperature: 0,
};
const parameters = {
  type: 'object',
  properties: { toy: { enum: ['ball', 'car'] }, count: { type: 'integer', minimum: 1, maximum: 9 } },
  required: ['toy', 'count'],
};
const tools = [
  { type: 'function' as const, name: 'find_toy', description: 'finds a toy', parameters, strict: true },
];
const schema = {
  type: 'object',
  properties: { animal: { enum: ['cat', 'dog'] }, legs: { type: 'integer', minimum: 0, maximum: 4 } },
  required: ['animal', 'legs'],
};
const text = { format: { type: 'json_schema' as const, name: 'pet', strict: true, schema } };

describe('the openai package and its responses, unchanged', () => {
  let node: LanguageNode;
  let client: OpenAI;
  before(async () => {
    node = await startLanguageNode();
    client = new OpenAI({ baseURL: `${node.url}/v1`, apiKey: 'any key', maxRetries: 0 });
  });
  after(() => node[Symbol.asyncDispose]());
  const respond = async (more: object = {}) =>
    (await client.responses.create({ ...story, ...more })) as Answer;
  const evidenceOf = async ({ isobit: { receipt } }: Answer) =>
    decodeEvidence(new Uint8Array(await (await fetch(`${node.url}/v1/evidence/${receipt}`)).arrayBuffer()));
  const messagesOf = async (answer: Answer) => {
    const { request } = await evidenceOf(answer);
    assert.ok(request?.kind === 'text' && 'messages' in request.prompt);
    return request.prompt.messages;
  };
  const callOf = ({ output: [item] }: OpenAI.Responses.Response) => {
    assert.ok(item?.type === 'function_call');
    return item;
  };

  test('a plain answer, whose evidence holds', async () => {
    const answer = await respond();
    assert.match(answer.output_text, /^Once upon a time/);
    assert.deepEqual(
      [answer.status, answer.incomplete_details?.reason, answer.model, answer.usage?.output_tokens],
      ['incomplete', 'max_output_tokens', 'storyteller:1', 24],
    );
    const { model, profile, salt, now = 0, nonce } = answer.isobit;
    const request = requestOfAsk({ ask: readResponsesBody(story), model, profile, salt: fromHex(salt), now });
    const evidence = await evidenceOf(answer);
    assert.deepEqual(evidence.request, request);
    const verdict = verify(evidence, {
      network: networkId(openGenesis),
      now: Date.now(),
      expected: { request: requestDigest(request), model, nonce },
    });
    for (const claim of ['signer', 'integrity', 'log', 'usage'] as const)
      assert.equal(claimOf(verdict, claim).status, 'verified', claim);
  });

  test('a stream says the same, word by word', async () => {
    const stream = client.responses.stream(story);
    const told: string[] = [];
    stream.on('response.output_text.delta', ({ delta }) => void told.push(delta));
    const final = await stream.finalResponse();
    assert.ok(told.length > 5);
    assert.equal(told.join(''), final.output_text);
    assert.equal(final.output_text, (await respond()).output_text);
    assert.deepEqual([final.status, final.usage?.output_tokens], ['incomplete', 24]);
  });

  test('a call that is asked for is made, plain and streamed, and its result is taken', async () => {
    const asked = { tools, tool_choice: 'required' as const, max_output_tokens: 64 };
    const answer = await respond(asked);
    const call = callOf(answer);
    assert.deepEqual([answer.status, answer.output.length, call.name], ['completed', 1, 'find_toy']);
    const { toy, count } = JSON.parse(call.arguments);
    assert.ok(['ball', 'car'].includes(toy) && count >= 1 && count <= 9);

    const one = { ...asked, tool_choice: { type: 'function' as const, name: 'find_toy' } };
    const stream = client.responses.stream({ ...story, ...one });
    let written = '';
    stream.on('response.function_call_arguments.delta', ({ delta }) => {
      written += delta;
    });
    assert.equal(callOf(await stream.finalResponse()).arguments, written);

    const result = { type: 'function_call_output' as const, call_id: call.call_id, output: 'found' };
    const next = await respond({
      input: [{ role: 'user', content: story.input }, ...answer.output, result],
      tools,
    });
    assert.ok(next.output_text);
    const [, calling, found] = await messagesOf(next);
    assert.deepEqual([calling?.toolCalls?.[0]?.id, found?.toolCallId], [call.call_id, call.call_id]);

    const named = await respond({ previous_response_id: answer.id, input: [result], tools });
    assert.equal(named.output_text, next.output_text);
    assert.deepEqual(await messagesOf(named), await messagesOf(next));
  });

  test('an answer of a schema fits it, and the package reads it', async () => {
    const answer = await client.responses.parse({ ...story, text, max_output_tokens: 64 });
    const { animal, legs } = answer.output_parsed as unknown as { animal: string; legs: number };
    assert.ok(['cat', 'dog'].includes(animal) && legs >= 0 && legs <= 4);
    assert.equal(answer.status, 'completed');
    // What it has read goes back as it is.
    const next = await respond({ input: [...answer.output, { role: 'user', content: 'And a dog?' }] });
    assert.ok(next.output_text);
  });

  test('a conversation goes on by the id of the answer before, and instructions do not', async () => {
    const first = await respond({ instructions: 'Be brief.' });
    const second = await respond({ previous_response_id: first.id, input: 'And then?' });
    assert.equal(second.previous_response_id, first.id);
    const third = await respond({ previous_response_id: second.id, input: 'And then?' });
    assert.deepEqual(
      (await messagesOf(third)).map(({ role, content }) => [role, content]),
      [
        ['user', story.input],
        ['assistant', first.output_text],
        ['user', 'And then?'],
        ['assistant', second.output_text],
        ['user', 'And then?'],
      ],
    );
  });

  test('an answer is retrieved as it was, and deleted', async () => {
    const answer = await respond({});
    const { output, usage, status } = await client.responses.retrieve(answer.id);
    assert.deepEqual([output, usage, status], [answer.output, answer.usage, answer.status]);
    await client.responses.delete(answer.id);
    await assert.rejects(client.responses.retrieve(answer.id), { status: 404, code: 'ANSWER_UNKNOWN' });
  });

  test('LangChain asks by responses too: a call, and what its tool said, by items and by id', async () => {
    const chain = new ChatOpenAI({
      model: 'storyteller',
      apiKey: 'any',
      maxTokens: 64,
      temperature: 0,
      useResponsesApi: true,
      configuration: { baseURL: `${node.url}/v1` },
    });
    const offered = [{ type: 'function' as const, function: { name: 'find_toy', parameters } }];
    const question = new HumanMessage(story.input);
    const answer = await chain.bindTools(offered, { tool_choice: 'find_toy' }).invoke([question]);
    const [call] = answer.tool_calls ?? [];
    assert.ok(call?.name === 'find_toy' && call.id);
    assert.deepEqual(Object.keys(call.args), ['toy', 'count']);
    const said = new ToolMessage({ content: 'found', tool_call_id: call.id });
    const byItems = await chain.bindTools(offered).invoke([question, answer, said]);
    const id = answer.response_metadata['id'] as string;
    const byId = await chain.bindTools(offered).invoke([said], { previous_response_id: id });
    assert.ok(byItems.text);
    assert.equal(byItems.text, byId.text);
  });

  test('log probabilities come with the words', async () => {
    const { output } = await respond({ top_logprobs: 2, max_output_tokens: 4 });
    const [item] = output;
    assert.ok(item?.type === 'message');
    const [part] = item.content;
    assert.ok(part?.type === 'output_text');
    assert.equal(part.logprobs?.length, 4);
    assert.equal(part.logprobs.map(({ token }) => token).join(''), part.text);
    for (const { top_logprobs: best, ...drawn } of part.logprobs) {
      assert.deepEqual(best[0], drawn);
      assert.deepEqual(drawn.bytes, [...new TextEncoder().encode(drawn.token)]);
    }
  });

  test('errors are those of the package', async () => {
    await assert.rejects(respond({ model: 'storytelle' }), (error: unknown) => {
      assert.ok(error instanceof OpenAI.NotFoundError);
      assert.match(error.message, /did you mean storyteller/);
      return true;
    });
    const refused = (more: object, status: number, code: string, param: string) =>
      assert.rejects(respond(more), (error: unknown) => {
        assert.ok(error instanceof OpenAI.APIError);
        assert.deepEqual([error.status, error.code, error.param], [status, code, param]);
        return true;
      });
    const id = 'previous_response_id';
    await refused({ [id]: 'resp_x' }, 404, 'previous_response_not_found', id);
    const forgotten = await respond({ store: false });
    await refused({ [id]: forgotten.id }, 404, 'previous_response_not_found', id);
    await refused({ background: true }, 400, 'API_UNSUPPORTED', 'background');
    const search = { tools: [{ type: 'web_search' }] };
    await refused(search, 400, 'API_UNSUPPORTED', 'tools[0].type');
    await assert.rejects(respond({ temperature: 1_000 }), OpenAI.BadRequestError);
  });

  test('a client that leaves ends the run within a second', async () => {
    const before = await endedAs(node, 'JOB_CANCELLED');
    // The story would end by itself; the one that is asked for by a schema does not.
    const long = { type: 'array', items: { type: 'string' }, minItems: 400 };
    const stream = await client.responses.create({
      ...story,
      text: { format: { ...text.format, schema: long } },
      max_output_tokens: 900,
      stream: true,
    });
    for await (const { type } of stream) if (type === 'response.output_text.delta') break;
    const left = performance.now();
    await waitFor(async () => (await running(node)) === 0, { what: 'the run to end' });
    assert.ok(performance.now() - left < 1_000);
    assert.equal(await endedAs(node, 'JOB_CANCELLED'), before + 1);
  });

  test('answers have the shapes of the API', need('shared'), async () => {
    const document = JSON.parse(readFileSync(sharedPath('vectors/openai/openapi.json'), 'utf8')) as OpenApi;
    const post = (body: object) =>
      fetch(`${node.url}/v1/responses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const fits = async (name: string, body: object) =>
      assert.deepEqual(openApiFaults(document, name, await (await post(body)).json()), [], name);
    const call = { ...story, tools, tool_choice: 'required', max_output_tokens: 64 };
    const everything = {
      ...story,
      instructions: 'Be brief.',
      text,
      max_output_tokens: 64,
      top_logprobs: 2,
      user: 'x',
      metadata: { a: 'b' },
      store: false,
    };
    for (const body of [story, call, everything]) {
      assert.deepEqual(openApiFaults(document, 'CreateResponse', body), []);
      await fits('Response', body);
      const events = (await (await post({ ...body, stream: true })).text())
        .split('\n\n')
        .flatMap((event) => /^event: .*\ndata: (.*)$/.exec(event)?.[1] ?? []);
      assert.ok(events.length > 5);
      for (const event of events)
        assert.deepEqual(openApiFaults(document, 'ResponseStreamEvent', JSON.parse(event)), [], event);
    }
    await fits('ErrorResponse', {});
    await fits('ErrorResponse', { ...story, previous_response_id: 'resp_x' });
    const [fault] = openApiFaults(document, 'ResponseStreamEvent', { type: 'response.completed' });
    assert.ok(fault, 'an event without its members would be found');
  });
});
