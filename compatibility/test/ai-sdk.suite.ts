import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { AnswerError, type Client, type ClientOptions } from '@isobit/client';
import { createIsobit, type IsobitProvider } from '@isobit/client/ai-sdk';
import { clientOf, otherToken } from '@isobit/client/testing';
import { embed, generateText, jsonSchema, Output, streamText, type ToolSet, tool } from 'ai';
import { honestNode, lyingNode } from './checked-nodes.ts';

/* The AI SDK on the client's own provider. */

const prompt = 'Tell me a story about a cat.';
const parameters = {
  type: 'object' as const,
  properties: { toy: { enum: ['ball', 'car'] } },
  required: ['toy'],
  additionalProperties: false,
};
const schema = jsonSchema<{ toy: string }>(parameters);
const tools: ToolSet = {
  find: tool({ description: 'finds a toy', inputSchema: jsonSchema(parameters) }),
};

/** What a provider says of an answer. */
interface Told {
  readonly receipt: string;
  readonly verdict: Readonly<Record<string, string>>;
}
const toldOf = (metadata: Readonly<Record<string, unknown>> | undefined): Told =>
  metadata?.['isobit'] as Told;

const thrownBy = (asked: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(asked).then(
    () => assert.fail('the answer was handed over'),
    (error: unknown) => error,
  );

describe('the provider of the AI SDK', () => {
  let isobit: IsobitProvider;
  before(async () => {
    isobit = createIsobit({ baseUrl: (await honestNode()).url, check: 'replay' });
  });
  const asked = () => ({ model: isobit('storyteller'), prompt, maxOutputTokens: 16, temperature: 0 });

  test('plain, with receipt and verdict; streamed, the same', async () => {
    const { text, finishReason, usage, providerMetadata } = await generateText(asked());
    assert.match(text, /^Once upon a time/);
    assert.deepEqual([finishReason, usage.outputTokens], ['length', 16]);
    const { receipt, verdict } = toldOf(providerMetadata);
    assert.match(receipt, /^[0-9a-f]{64}$/);
    assert.equal(verdict['execution'], 'verified');

    const streamed = streamText(asked());
    let told = '';
    for await (const piece of streamed.textStream) told += piece;
    assert.equal(told, text);
    assert.equal(await streamed.finishReason, 'length');
    assert.equal(toldOf(await streamed.providerMetadata).verdict['execution'], 'verified');
  });

  test('a call of a tool and its result, plain and streamed', async () => {
    const calling = { ...asked(), maxOutputTokens: 64, tools, toolChoice: 'required' as const };
    const { toolCalls, finishReason, response } = await generateText(calling);
    assert.equal(finishReason, 'tool-calls');
    assert.equal(toolCalls[0]?.toolName, 'find');
    const { toy } = (toolCalls[0]?.input ?? {}) as { toy: string };
    assert.ok(toy === 'ball' || toy === 'car');
    const streamed = streamText(calling);
    await streamed.consumeStream();
    assert.equal((await streamed.toolCalls)[0]?.toolName, 'find');

    const { toolCallId, toolName } = toolCalls[0] ?? { toolCallId: '', toolName: '' };
    const result = { toolCallId, toolName, output: { type: 'json' as const, value: { found: toy } } };
    const { text } = await generateText({
      ...asked(),
      prompt: undefined,
      messages: [
        { role: 'user', content: prompt },
        ...response.messages,
        { role: 'tool', content: [{ type: 'tool-result', ...result }] },
      ],
    } as Parameters<typeof generateText>[0]);
    assert.ok(text.length > 0);
  });

  test('structured output fits its schema', async () => {
    const { output } = await generateText({
      ...asked(),
      maxOutputTokens: 64,
      output: Output.object({ schema }),
    });
    assert.ok(['ball', 'car'].includes(output.toy));
  });

  test('embeddings, with receipt and verdict', async () => {
    const { embedding, providerMetadata } = await embed({
      model: isobit.embeddingModel('feeling'),
      value: 'a cat',
    });
    assert.ok(embedding.length > 0 && embedding.every(Number.isFinite));
    assert.equal(toldOf(providerMetadata).verdict['execution'], 'verified');
  });

  test('what is not served is refused by name, and images are', async () => {
    const image = { type: 'file' as const, mediaType: 'image/png', data: new Uint8Array([1]) };
    const error = await thrownBy(
      generateText({ model: isobit('storyteller'), messages: [{ role: 'user', content: [image] }] }),
    );
    assert.match(String(error), /messages\[0\]\.content\[0\]\.type/);
    assert.throws(() => isobit.imageModel('storyteller'), /images are not answered/);
  });
});

describe('the provider of the AI SDK, and a worker that changes a token', () => {
  let isobit: IsobitProvider;
  let client: Client;
  before(async () => {
    isobit = createIsobit({ baseUrl: (await lyingNode()).url, check: 'replay' });
    client = isobit.client;
  });

  test('rejects with the typed error, which holds the evidence', async () => {
    const error = await thrownBy(
      generateText({ model: isobit('storyteller'), prompt, maxOutputTokens: 24, temperature: 0 }),
    );
    assert.ok(error instanceof AnswerError, String(error));
    assert.equal(error.code, 'ANSWER_REFUTED');
    assert.equal(
      (await client.verify(error.evidence)).claims.find(({ claim }) => claim === 'execution')?.status,
      'refuted',
    );
  });

  test('breaks a stream off with it, and hands over nothing as its result', async () => {
    const streamed = streamText({
      model: isobit('storyteller'),
      prompt,
      maxOutputTokens: 24,
      temperature: 0,
    });
    let told = '';
    const reading = async (): Promise<void> => {
      for await (const piece of streamed.textStream) told += piece;
    };
    assert.ok((await thrownBy(reading())) instanceof AnswerError);
    assert.ok(told.length > 0, 'provisional words');
    for (const result of [streamed.text, streamed.finishReason, streamed.providerMetadata])
      assert.ok((await thrownBy(result)) instanceof AnswerError);
  });
});

describe('the provider of the AI SDK on a client that is there', () => {
  const providerOf = (lie?: typeof otherToken, options: Partial<ClientOptions> = {}) =>
    createIsobit({ client: clientOf(lie, { check: 'replay', ...options }).client });
  const words = {
    prompt: 'abc',
    maxOutputTokens: 24,
    providerOptions: { isobit: { logit_bias: { 20: 100 } } },
  };

  test('gives no word of a lie where streams are to be verified', async () => {
    const errors: unknown[] = [];
    const streamed = streamText({
      model: providerOf(otherToken, { stream: 'verified' })('nonsense'),
      ...words,
      onError: ({ error }) => void errors.push(error),
    });
    let told = '';
    for await (const piece of streamed.textStream) told += piece;
    assert.equal(told, '');
    assert.ok(errors[0] instanceof AnswerError);
    const honest = streamText({ model: providerOf(undefined, { stream: 'verified' })('nonsense'), ...words });
    assert.ok((await honest.text).length > 0);
  });

  test('an abort in mid-stream ends the work', async () => {
    const left = Promise.withResolvers<void>();
    const { client } = clientOf(undefined, { check: 'replay' }, { onLeft: () => left.resolve() });
    const stop = new AbortController();
    const streamed = streamText({
      model: createIsobit({ client })('nonsense'),
      ...words,
      abortSignal: stop.signal,
    });
    for await (const part of streamed.fullStream) if (part.type === 'text-delta') stop.abort();
    await left.promise;
  });

  test('so it does where its reader leaves', async () => {
    const left = Promise.withResolvers<void>();
    const { client } = clientOf(undefined, { check: 'replay' }, { onLeft: () => left.resolve() });
    const model = createIsobit({ client })('nonsense');
    const { stream } = await model.doStream({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'abc' }] }],
    });
    await stream.cancel();
    await left.promise;
  });
});
