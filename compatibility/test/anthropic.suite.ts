import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { type ReceiptMember, readMessageBody, requestOfAsk } from '@isobit/apis';
import { fromHex } from '@isobit/core';
import { decodeEvidence, networkId, openGenesis, requestDigest } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { claimOf, verify } from '@isobit/verify';
import { endedAs, type LanguageNode, running, startLanguageNode } from './language-node.ts';

/** What answers hold beside what the API's own types know. */
type WithReceipt<T> = T & { readonly isobit: ReceiptMember };

const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Tell me a story about a cat.' }];
const story = { model: 'storyteller', messages, max_tokens: 24, temperature: 0 };
const tools: Anthropic.Tool[] = [
  {
    name: 'find_toy',
    description: 'finds a toy',
    input_schema: {
      type: 'object',
      properties: { toy: { enum: ['ball', 'car'] }, count: { type: 'integer', minimum: 1, maximum: 9 } },
      required: ['toy', 'count'],
    },
  },
];

describe('the package of Anthropic, unchanged', () => {
  let node: LanguageNode;
  let client: Anthropic;
  before(async () => {
    node = await startLanguageNode();
    client = new Anthropic({ baseURL: node.url, apiKey: 'any key', maxRetries: 0 });
  });
  after(() => node[Symbol.asyncDispose]());
  const say = async (more: object = {}) =>
    (await client.messages.create({ ...story, ...more })) as WithReceipt<Anthropic.Message>;
  const wordsOf = ({ content: [block] }: Anthropic.Message) => (block?.type === 'text' ? block.text : '');

  test('a plain answer, whose evidence holds', async () => {
    const answer = await say();
    assert.match(wordsOf(answer), /^Once upon a time/);
    assert.deepEqual(
      [answer.stop_reason, answer.model, answer.usage.output_tokens],
      ['max_tokens', 'storyteller:1', 24],
    );

    const { receipt, model, profile, salt, now = 0, nonce } = answer.isobit;
    const request = requestOfAsk({ ask: readMessageBody(story), model, profile, salt: fromHex(salt), now });
    const bytes = await (await fetch(`${node.url}/v1/evidence/${receipt}`)).arrayBuffer();
    const verdict = verify(decodeEvidence(new Uint8Array(bytes)), {
      network: networkId(openGenesis),
      now: Date.now(),
      expected: { request: requestDigest(request), model, nonce },
    });
    assert.equal(claimOf(verdict, 'signer').status, 'verified');
    assert.equal(claimOf(verdict, 'log').status, 'verified');
  });

  test('a stream says the same, word by word', async () => {
    const stream = client.messages.stream(story);
    const told: string[] = [];
    stream.on('text', (words) => told.push(words));
    const final = await stream.finalMessage();
    assert.ok(told.length > 1);
    assert.equal(told.join(''), wordsOf(await say()));
    assert.equal(wordsOf(final), told.join(''));
    assert.deepEqual([final.stop_reason, final.usage.output_tokens], ['max_tokens', 24]);
    assert.ok(final.usage.input_tokens > 3);
  });

  test('a call that is asked for is made, plain and streamed, and its result is taken', async () => {
    const asked = { tools, tool_choice: { type: 'any' as const }, max_tokens: 64 };
    const { content, stop_reason } = await say(asked);
    const [use] = content;
    assert.ok(use?.type === 'tool_use');
    assert.deepEqual([stop_reason, use.name], ['tool_use', 'find_toy']);
    const { toy, count } = use.input as { toy: string; count: number };
    assert.ok(['ball', 'car'].includes(toy) && count >= 1 && count <= 9);

    const streamed = await client.messages
      .stream({ ...story, ...asked, tool_choice: { type: 'tool', name: 'find_toy' } })
      .finalMessage();
    const [again] = streamed.content;
    assert.ok(again?.type === 'tool_use' && streamed.stop_reason === 'tool_use');
    assert.deepEqual(Object.keys(again.input as object), ['toy', 'count']);

    const next = await say({
      tools,
      messages: [
        ...messages,
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: 'found' }] },
      ],
    });
    assert.ok(wordsOf(next));
  });

  test('an answer of a schema fits it', async () => {
    const schema = {
      type: 'object',
      properties: { animal: { enum: ['cat', 'dog'] }, legs: { type: 'integer', minimum: 0, maximum: 4 } },
      required: ['animal', 'legs'],
    };
    const answer = await say({ output_config: { format: { type: 'json_schema', schema } }, max_tokens: 64 });
    const { animal, legs } = JSON.parse(wordsOf(answer));
    assert.ok(['cat', 'dog'].includes(animal) && legs >= 0 && legs <= 4);
    assert.equal(answer.stop_reason, 'end_turn');
  });

  test('a stop text is named', async () => {
    const answer = await say({ stop_sequences: ['time'] });
    assert.deepEqual(
      [wordsOf(answer), answer.stop_reason, answer.stop_sequence],
      ['Once upon a ', 'stop_sequence', 'time'],
    );
  });

  test('tokens are counted as the answer counts them', async () => {
    const { input_tokens: counted } = await client.messages.countTokens({ model: 'storyteller', messages });
    assert.equal(counted, (await say()).usage.input_tokens);
  });

  test('models are listed and found', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list({ limit: 1 })) ids.push(id);
    assert.deepEqual(ids.sort(), ['deep:1', 'feeling:1', 'storyteller:1']);
    assert.equal((await client.models.retrieve('storyteller')).display_name, 'Storyteller');
  });

  test('errors are those of the package', async () => {
    await assert.rejects(say({ model: 'storytelle' }), (error: unknown) => {
      assert.ok(error instanceof Anthropic.NotFoundError);
      assert.match(error.message, /did you mean storyteller/);
      return true;
    });
    await assert.rejects(say({ temperature: 1_000 }), Anthropic.BadRequestError);
    await assert.rejects(say({ context_management: {} }), /context_management/);
    const image = { type: 'image', source: { type: 'url', url: 'http://127.0.0.1/x' } };
    await assert.rejects(say({ messages: [{ role: 'user', content: [image] }] }), Anthropic.BadRequestError);
  });

  test('a client that leaves ends the run within a second', async () => {
    const before = await endedAs(node, 'JOB_CANCELLED');
    const long = { role: 'user' as const, content: 'Tell me a very long story.' };
    // The story would end by itself; the one that is asked for by a schema does not.
    const schema = { type: 'array', items: { type: 'string' }, minItems: 400 };
    const stream = client.messages.stream({
      ...story,
      messages: [long],
      max_tokens: 900,
      output_config: { format: { type: 'json_schema', schema } },
    });
    for await (const _ of stream) break;
    const left = performance.now();
    await waitFor(async () => (await running(node)) === 0, { what: 'the run to end' });
    assert.ok(performance.now() - left < 1_000);
    assert.equal(await endedAs(node, 'JOB_CANCELLED'), before + 1);
  });
});
