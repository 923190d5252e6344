import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { AnswerError } from '@isobit/client';
import { ChatIsobit } from '@isobit/client/langchain';
import { clientOf, otherToken } from '@isobit/client/testing';
import { waitFor } from '@isobit/testing';
import { type AIMessage, type AIMessageChunk, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { honestNode, lyingNode } from './checked-nodes.ts';
import { endedAs } from './language-node.ts';

/* LangChain.js on the client's own chat model. */

const prompt = 'Tell me a story about a cat.';
const schema = {
  title: 'toy',
  type: 'object',
  properties: { toy: { enum: ['ball', 'car'] } },
  required: ['toy'],
  additionalProperties: false,
};
const find = tool(() => 'found', { name: 'find', description: 'finds a toy', schema });

interface Told {
  readonly receipt: string;
  readonly verdict: Readonly<Record<string, string>>;
}
const toldOf = ({ response_metadata }: AIMessage | AIMessageChunk): Told =>
  response_metadata['isobit'] as Told;

const thrownBy = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => assert.fail('the answer was handed over'),
    (error: unknown) => error,
  );

async function gathered(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) whole = whole?.concat(chunk) ?? chunk;
  assert.ok(whole);
  return whole;
}

const settings = { model: 'storyteller', check: 'replay' as const, maxTokens: 16, temperature: 0 };

describe('the chat model of LangChain', () => {
  let chat: ChatIsobit;
  before(async () => {
    chat = new ChatIsobit({ ...settings, baseUrl: (await honestNode()).url });
  });

  test('plain, with receipt and verdict; streamed, the same', async () => {
    const message = await chat.invoke(prompt);
    assert.match(String(message.content), /^Once upon a time/);
    assert.match(toldOf(message).receipt, /^[0-9a-f]{64}$/);
    assert.equal(toldOf(message).verdict['execution'], 'verified');
    assert.equal((message.usage_metadata as { output_tokens?: number } | undefined)?.output_tokens, 16);

    const whole = await gathered(await chat.stream(prompt));
    assert.equal(whole.content, message.content);
    assert.equal(whole.response_metadata['finish_reason'], 'length');
    assert.equal(toldOf(whole).verdict['execution'], 'verified');
  });

  test('a call of a tool and its result, plain and streamed', async () => {
    const calling = chat.bindTools([find], { tool_choice: 'any', maxTokens: 64 });
    const message = await calling.invoke(prompt);
    const call = message.tool_calls?.[0];
    assert.equal(call?.name, 'find');
    assert.ok(['ball', 'car'].includes(call.args['toy']));
    assert.equal((await gathered(await calling.stream(prompt))).tool_calls?.[0]?.name, 'find');
    const result = new ToolMessage({ tool_call_id: call.id ?? '', content: 'found' });
    const { content } = await chat.invoke([new HumanMessage(prompt), message, result]);
    assert.ok(String(content).length > 0);
  });

  test('structured output fits its schema, by format and by call', async () => {
    const patient = new ChatIsobit({ ...settings, maxTokens: 64, client: chat.client });
    for (const method of ['jsonSchema', 'functionCalling'] as const) {
      const { toy } = await patient.withStructuredOutput<{ toy: string }>(schema, { method }).invoke(prompt);
      assert.ok(['ball', 'car'].includes(toy), method);
    }
    const { raw, parsed } = await patient
      .withStructuredOutput<{ toy: string }>(schema, { includeRaw: true })
      .invoke(prompt);
    assert.ok(['ball', 'car'].includes(parsed.toy));
    assert.equal(toldOf(raw as AIMessage).verdict['execution'], 'verified');
  });

  test('what is not served is refused by name', async () => {
    const image = new HumanMessage({ content: [{ type: 'image_url', image_url: { url: 'data:,' } }] });
    assert.match(String(await thrownBy(chat.invoke([image]))), /messages\[0\]\.content\[0\]\.type/);
  });
});

describe('the chat model of LangChain, and a worker that changes a token', () => {
  let chat: ChatIsobit;
  before(async () => {
    chat = new ChatIsobit({ ...settings, maxTokens: 24, baseUrl: (await lyingNode()).url });
  });

  test('rejects with the typed error, which holds the evidence', async () => {
    const error = await thrownBy(chat.invoke(prompt));
    assert.ok(error instanceof AnswerError, String(error));
    assert.equal(error.code, 'ANSWER_REFUTED');
    const verdict = await chat.client.verify(error.evidence);
    assert.equal(verdict.claims.find(({ claim }) => claim === 'execution')?.status, 'refuted');
  });

  test('ends a stream with it, without a reason to finish', async () => {
    let told = '';
    const reading = async (): Promise<void> => {
      for await (const { content, response_metadata } of await chat.stream(prompt)) {
        told += String(content);
        assert.equal(response_metadata['finish_reason'], undefined);
      }
    };
    assert.ok((await thrownBy(reading())) instanceof AnswerError);
    assert.ok(told.length > 0, 'provisional words');
  });
});

describe('the chat model of LangChain on a client that is there', () => {
  const words = { model: 'nonsense', maxTokens: 24, modelKwargs: { logit_bias: { 20: 100 } } };

  test('gives no word of a lie where streams are to be verified', async () => {
    const { client } = clientOf(otherToken, { check: 'replay', stream: 'verified' });
    let told = '';
    const reading = async (): Promise<void> => {
      for await (const { content } of await new ChatIsobit({ ...words, client }).stream('abc'))
        told += content;
    };
    assert.ok((await thrownBy(reading())) instanceof AnswerError);
    assert.equal(told, '');
  });

  test('an abort in mid-stream ends the work', async () => {
    const left = Promise.withResolvers<void>();
    const { client } = clientOf(undefined, { check: 'replay' }, { onLeft: () => left.resolve() });
    const stop = new AbortController();
    const reading = async (): Promise<void> => {
      const stream = await new ChatIsobit({ ...words, client }).stream('abc', { signal: stop.signal });
      for await (const _ of stream) stop.abort();
    };
    await thrownBy(reading());
    await left.promise;
  });

  test('so does a reader that leaves, at the next word', async () => {
    const node = await honestNode();
    const before = await endedAs(node, 'JOB_CANCELLED');
    const patient = new ChatIsobit({ ...settings, check: 'none', maxTokens: 400, baseUrl: node.url });
    for await (const _ of await patient.stream(prompt)) break;
    await waitFor(async () => (await endedAs(node, 'JOB_CANCELLED')) > before, { what: 'the run to end' });
  });
});
