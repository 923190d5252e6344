import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ReceiptMember } from '@isobit/apis';
import { decodeEvidence, networkId, openGenesis } from '@isobit/receipt';
import { waitFor } from '@isobit/testing';
import { claimOf, verify } from '@isobit/verify';
import { type ChatResponse, Ollama } from 'ollama';
import { endedAs, type LanguageNode, running, startLanguageNode } from './language-node.ts';

/** What answers hold beside what the API's own types know. */
type WithReceipt<T> = T & { readonly isobit: ReceiptMember };

const prompt = 'Tell me a story about a cat.';
const messages = [{ role: 'user', content: prompt }];
const options = { num_predict: 24, temperature: 0 };
const story = { model: 'storyteller', messages, options };
const schema = {
  type: 'object',
  properties: { animal: { enum: ['cat', 'dog'] }, legs: { type: 'integer', minimum: 0, maximum: 4 } },
  required: ['animal', 'legs'],
};
const tools = [
  {
    type: 'function',
    function: {
      name: 'find_toy',
      description: 'finds a toy',
      parameters: { type: 'object' as const, required: [], properties: {} },
    },
  },
];

describe('the package of Ollama, unchanged', () => {
  let node: LanguageNode;
  let client: Ollama;
  before(async () => {
    node = await startLanguageNode();
    client = new Ollama({ host: node.url });
  });
  after(() => node[Symbol.asyncDispose]());

  test('a plain answer, whose evidence holds', async () => {
    const answer = (await client.chat(story)) as WithReceipt<ChatResponse>;
    assert.match(answer.message.content, /^Once upon a time/);
    assert.deepEqual(
      [answer.done, answer.done_reason, answer.eval_count, answer.model],
      [true, 'length', 24, 'storyteller:1'],
    );
    const bytes = await (await fetch(`${node.url}/v1/evidence/${answer.isobit.receipt}`)).arrayBuffer();
    const verdict = verify(decodeEvidence(new Uint8Array(bytes)), {
      network: networkId(openGenesis),
      now: Date.now(),
      expected: { nonce: answer.isobit.nonce },
    });
    assert.equal(claimOf(verdict, 'signer').status, 'verified');
    assert.equal(claimOf(verdict, 'log').status, 'verified');
  });

  test('a stream says the same, word by word', async () => {
    const told: string[] = [];
    let last: ChatResponse | undefined;
    for await (const part of await client.chat({ ...story, stream: true })) {
      told.push(part.message.content);
      last = part;
    }
    assert.ok(told.length > 1);
    assert.equal(told.join(''), (await client.chat(story)).message.content);
    assert.deepEqual([last?.done, last?.done_reason, last?.eval_count], [true, 'length', 24]);
  });

  test('a text is gone on with, raw and by the template', async () => {
    const raw = await client.generate({ model: 'storyteller', prompt: 'Once upon', raw: true, options });
    assert.match(raw.response ?? '', /^ a time/);
    const told = await client.generate({ model: 'storyteller', prompt, options });
    assert.equal(told.response, (await client.chat(story)).message.content);
  });

  test('an answer of a schema fits it, beside tools too', async () => {
    const ask = (more: object) =>
      client.chat({ ...story, format: schema, options: { num_predict: 64, temperature: 0 }, ...more });
    const { message } = await ask({});
    const { animal, legs } = JSON.parse(message.content);
    assert.ok(['cat', 'dog'].includes(animal) && legs >= 0 && legs <= 4);
    const either = (await ask({ tools })).message;
    if (either.tool_calls) assert.equal(either.tool_calls[0]?.function.name, 'find_toy');
    else assert.ok(JSON.parse(either.content).animal);
  });

  test('calls and their results are taken', async () => {
    const { message } = await client.chat({
      ...story,
      tools,
      messages: [
        ...messages,
        { role: 'assistant', content: '', tool_calls: [{ function: { name: 'find_toy', arguments: {} } }] },
        { role: 'tool', content: 'a ball', tool_name: 'find_toy' },
      ],
    });
    assert.ok(message.content.length > 0);
  });

  test('texts are embedded', async () => {
    const { embeddings } = await client.embed({ model: 'feeling', input: ['a cat', 'a dog'] });
    assert.deepEqual(
      embeddings.map((row) => row.length),
      [32, 32],
    );
  });

  test('models are listed, shown and found in memory', async () => {
    const { models } = await client.list();
    assert.deepEqual(models.map(({ name }) => name).sort(), ['deep:1', 'feeling:1', 'storyteller:1']);
    const storyteller = models.find(({ name }) => name === 'storyteller:1');
    assert.deepEqual(
      [storyteller?.details.family, storyteller?.details.quantization_level],
      ['llama', 'Q8_0'],
    );
    const shown = await client.show({ model: 'storyteller' });
    assert.deepEqual(shown.capabilities, ['completion', 'tools']);
    await client.chat(story);
    assert.ok((await client.ps()).models.some(({ name }) => name === 'storyteller:1'));
    assert.match((await client.version()).version, /^\d+\.\d+\.\d+$/);
  });

  test('a pull of what is here succeeds, plain and streamed, as anybody and as operator', async () => {
    const operator = new Ollama({
      host: node.url,
      headers: { authorization: `Bearer ${node.token}` },
    });
    for (const each of [client, operator]) {
      assert.equal((await each.pull({ model: 'storyteller' })).status, 'success');
      const told: string[] = [];
      for await (const { status } of await operator.pull({ model: 'storyteller', stream: true }))
        told.push(status);
      assert.deepEqual([told[0], told.at(-1)], ['pulling manifest', 'success']);
    }
    await assert.rejects(client.pull({ model: 'nobody' }), /no model "nobody"/);
  });

  test('errors are those of the package', async () => {
    await assert.rejects(
      client.chat({ ...story, model: 'storytelle' }),
      (error: { status_code?: number; message?: string }) => {
        assert.equal(error.status_code, 404);
        assert.match(error.message ?? '', /did you mean storyteller/);
        return true;
      },
    );
    await assert.rejects(client.chat({ ...story, options: { mirostat: 2 } }), /mirostat/);
    await assert.rejects(client.chat({ ...story, options: { temperature: 1_000 } }), /temperature/);
  });

  test('a client that leaves ends the run within a second', async () => {
    const before = await endedAs(node, 'JOB_CANCELLED');
    const stream = await client.generate({
      model: 'storyteller',
      prompt: 'x',
      format: { type: 'array', items: { type: 'string' }, minItems: 400 },
      options: { num_predict: 900 },
      stream: true,
    });
    await assert.rejects(async () => {
      for await (const _ of stream) stream.abort();
    });
    const left = performance.now();
    await waitFor(async () => (await running(node)) === 0, { what: 'the run to end' });
    assert.ok(performance.now() - left < 1_000);
    assert.equal(await endedAs(node, 'JOB_CANCELLED'), before + 1);
  });
});
