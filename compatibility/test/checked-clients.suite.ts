import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import Anthropic from '@anthropic-ai/sdk';
import { type CheckedAnswer, createClient } from '@isobit/client';
import { ChatOpenAI } from '@langchain/openai';
import { APICallError, generateText, jsonSchema, streamText, tool } from 'ai';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { honestNode, lyingNode } from './checked-nodes.ts';
import type { LanguageNode } from './language-node.ts';

/* Other people's packages on the client's fetch: every answer is run again here before the package reads it. */

const prompt = 'Tell me a story about a cat.';
const parameters = {
  type: 'object' as const,
  properties: { toy: { enum: ['ball', 'car'] } },
  required: ['toy'],
  additionalProperties: false,
};

function clientsOf({ url }: LanguageNode) {
  const answers: CheckedAnswer[] = [];
  const client = createClient({ baseUrl: url, check: 'replay', onAnswer: (answer) => answers.push(answer) });
  const { fetch } = client;
  const chained = {
    model: 'storyteller',
    apiKey: 'any',
    maxTokens: 16,
    temperature: 0,
    configuration: { baseURL: `${url}/v1`, fetch },
  };
  const compatible = createOpenAICompatible({ name: 'isobit', baseURL: `${url}/v1`, fetch });
  return {
    answers,
    model: compatible('storyteller'),
    chain: new ChatOpenAI(chained),
    chainOfResponses: new ChatOpenAI({ ...chained, useResponsesApi: true }),
    openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', fetch }),
    anthropic: new Anthropic({ baseURL: url, apiKey: 'any', fetch }),
    ollama: new Ollama({ host: url, fetch }),
  };
}

describe('other people’s packages with checked answers', () => {
  let clients: ReturnType<typeof clientsOf>;
  before(async () => {
    clients = clientsOf(await honestNode());
  });
  const allHold = (): boolean => clients.answers.length > 0 && clients.answers.every(({ holds }) => holds);

  test('the AI SDK: plain, streamed, a call of a tool', async () => {
    const { model } = clients;
    const asked = { model, prompt, maxOutputTokens: 16, temperature: 0 };
    const { text, finishReason } = await generateText(asked);
    assert.match(text, /^Once upon a time/);
    assert.equal(finishReason, 'length');
    let told = '';
    for await (const piece of streamText(asked).textStream) told += piece;
    assert.equal(told, text);
    const { toolCalls } = await generateText({
      ...asked,
      maxOutputTokens: 64,
      tools: { find: tool({ description: 'finds a toy', inputSchema: jsonSchema(parameters) }) },
      toolChoice: 'required',
    });
    assert.equal(toolCalls[0]?.toolName, 'find');
    const { toy } = (toolCalls[0]?.input ?? {}) as { toy?: string };
    assert.ok(toy === 'ball' || toy === 'car');
    assert.ok(allHold());
  });

  test('LangChain: plain, streamed', async () => {
    const { content } = await clients.chain.invoke(prompt);
    assert.match(String(content), /^Once upon a time/);
    let told = '';
    for await (const chunk of await clients.chain.stream(prompt)) told += String(chunk.content);
    assert.equal(told, content);
    assert.ok(allHold());
  });

  test('responses through the openai package and LangChain: plain, streamed, items of a later turn', async () => {
    const { responses } = clients.openai;
    const asked = { model: 'storyteller', input: prompt, max_output_tokens: 16, temperature: 0 };
    const first = await responses.create(asked);
    assert.match(first.output_text, /^Once upon a time/);
    const final = await responses.stream(asked).finalResponse();
    assert.deepEqual([final.output_text, final.status], [first.output_text, 'incomplete']);
    const next = { role: 'user' as const, content: 'And then?' };
    const output = first.output as OpenAI.Responses.ResponseInputItem[];
    const input = [{ ...next, content: prompt }, ...output, next];
    assert.ok((await responses.create({ ...asked, input })).output_text);
    await assert.rejects(
      responses.create({ ...asked, previous_response_id: first.id }),
      /"previous_response_id" is not served by the client/,
    );

    const { content } = await clients.chainOfResponses.invoke(prompt);
    const words = (given: typeof content) =>
      typeof given === 'string' ? given : given.map((part) => ('text' in part ? part.text : '')).join('');
    assert.equal(words(content), first.output_text);
    let told = '';
    for await (const chunk of await clients.chainOfResponses.stream(prompt)) told += words(chunk.content);
    assert.equal(told, first.output_text);
    assert.ok(allHold());
  });

  test('Anthropic: plain, streamed', async () => {
    const body = {
      model: 'storyteller',
      max_tokens: 16,
      messages: [{ role: 'user' as const, content: prompt }],
    };
    const { content } = await clients.anthropic.messages.create(body);
    assert.ok(content[0]?.type === 'text' && content[0].text.length > 0);
    const final = await clients.anthropic.messages.stream(body).finalMessage();
    assert.equal(final.stop_reason, 'max_tokens');
    assert.ok(allHold());
  });

  test('Ollama: plain, streamed', async () => {
    const asked = { model: 'storyteller', messages: [{ role: 'user', content: prompt }] };
    const options = { num_predict: 16, temperature: 0 };
    const { message } = await clients.ollama.chat({ ...asked, options });
    assert.match(message.content, /^Once upon a time/);
    let told = '';
    for await (const part of await clients.ollama.chat({ ...asked, options, stream: true }))
      told += part.message.content;
    assert.equal(told, message.content);
    assert.ok((await clients.ollama.list()).models.length > 0);
    assert.ok(allHold());
  });
});

describe('a worker that changes a token, and other people’s packages', () => {
  let clients: ReturnType<typeof clientsOf>;
  before(async () => {
    clients = clientsOf(await lyingNode());
  });
  const refusal = async (
    asked: Promise<unknown>,
  ): Promise<{ status?: number; statusCode?: number; message: string }> =>
    asked.then(
      () => assert.fail('the answer was handed over'),
      (error: { message: string }) => error,
    );

  test('the openai package throws, and asks once', async () => {
    const { openai, answers } = clients;
    const before = answers.length;
    const error = await refusal(
      openai.chat.completions.create({
        model: 'storyteller',
        messages: [{ role: 'user', content: prompt }],
        max_tokens: 24,
        temperature: 0,
      }),
    );
    assert.deepEqual([error.status, (error as { code?: string }).code], [406, 'ANSWER_REFUTED']);
    assert.equal(answers.length, before + 1);
    assert.equal(answers.at(-1)?.holds, false);
  });

  test('so it does for a response, and for the end of a streamed one', async () => {
    const asked = { model: 'storyteller', input: prompt, max_output_tokens: 24, temperature: 0 };
    const error = await refusal(clients.openai.responses.create(asked));
    assert.deepEqual([error.status, (error as { code?: string }).code], [406, 'ANSWER_REFUTED']);
    const kinds: string[] = [];
    const reading = async (): Promise<void> => {
      for await (const { type } of await clients.openai.responses.create({ ...asked, stream: true }))
        kinds.push(type);
    };
    assert.match((await refusal(reading())).message, /withheld/);
    assert.ok(!kinds.some((kind) => /done|completed|incomplete/.test(kind)), kinds.join());
  });

  test('the AI SDK throws', async () => {
    const error = await refusal(
      generateText({ model: clients.model, prompt, maxOutputTokens: 24, temperature: 0 }),
    );
    assert.ok(APICallError.isInstance(error), error.message);
    assert.equal(error.statusCode, 406);
  });

  test('LangChain, Anthropic and Ollama throw', async () => {
    const before = clients.answers.length;
    const chained = await refusal(clients.chain.invoke(prompt));
    assert.match(chained.message, /withheld/);
    assert.equal(clients.answers.length, before + 1);
    const body = {
      model: 'storyteller',
      max_tokens: 24,
      messages: [{ role: 'user' as const, content: prompt }],
    };
    assert.equal((await refusal(clients.anthropic.messages.create(body))).status, 406);
    const options = { num_predict: 24, temperature: 0 };
    const asked = clients.ollama.chat({ model: 'storyteller', messages: body.messages, options });
    assert.match((await refusal(asked)).message, /withheld/);
  });
});
