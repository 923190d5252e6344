import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';
import { createTokenEngine, streamed } from '@isobit/exact/llm';
import { createChatTemplate, readGgufChatTemplates } from '@isobit/exact/llm/chat';
import { createDecoder, firstDifferentToken, generate, readGguf } from '@isobit/exact/llm/reference';
import { wasmPath } from '@isobit/kernels/wasm-path';
import { repositoryPath } from '@isobit/testing';

interface Card {
  readonly parameters: number;
  readonly context: number;
  readonly vocabulary: number;
  readonly files: readonly { readonly path: string; readonly weights: string; readonly bytes: number }[];
  readonly metrics: readonly { readonly name: string; readonly value: string; readonly baseline?: string }[];
}

interface Prompt {
  readonly tokens: readonly number[];
  readonly temperature: string;
  readonly seed: string;
}

const folder = repositoryPath('models/storyteller');
const card = JSON.parse(await readFile(`${folder}/card.json`, 'utf8')) as Card;
const open = async (file: string) => readGguf(new Uint8Array(await readFile(`${folder}/${file}`)));
const greedy = { seed: 0n, temperature: 0 };
const BEGIN = 0;
const END = 1;

/** The first words of the story that the model likes best. */
const STORY: readonly number[] = [
  414, 439, 265, 390, 51, 388, 284, 265, 383, 430, 514, 427, 53, 326, 516, 274, 372, 694, 320, 269,
];

test('the two files are small enough to ship', async () => {
  assert.deepEqual(
    card.files.map(({ path }) => path),
    ['storyteller-q8_0.gguf', 'storyteller-f16.gguf'],
  );
  let together = 0;
  for (const { path, bytes } of card.files) {
    assert.equal((await stat(`${folder}/${path}`)).size, bytes);
    together += bytes;
  }
  assert.ok(together <= 25_000_000, `${together} bytes`);
});

for (const { path, weights } of card.files) {
  test(`${path} is what its card says, and tells the known story`, async () => {
    const gguf = await open(path);
    const entry = (key: string) => gguf.metadata.get(key);
    assert.deepEqual(entry('general.architecture'), { type: 'string', value: 'llama' });
    assert.deepEqual(entry('llama.context_length'), { type: 'integer', value: BigInt(card.context) });
    assert.deepEqual(entry('llama.vocab_size'), { type: 'integer', value: BigInt(card.vocabulary) });
    const parameters = [...gguf.tensors.values()].reduce(
      (sum, { sizes }) => sum + sizes.reduce((a, b) => a * b, 1),
      0,
    );
    assert.equal(parameters, card.parameters);
    assert.equal(gguf.tensors.get('token_embd.weight')?.type, weights);

    const model = createDecoder(gguf);
    assert.equal(model.vocabulary, card.vocabulary);
    assert.deepEqual(
      [...generate({ model, prompt: [BEGIN], parameters: greedy, most: STORY.length })],
      STORY,
    );
    const lie = STORY.with(7, (STORY[7] as number) + 1);
    assert.deepEqual(firstDifferentToken({ model, prompt: [BEGIN], parameters: greedy, answer: lie }), {
      index: 7,
      claimed: lie[7],
      computed: STORY[7],
    });
  });
}

test('its vocabulary tells every byte, and its control tokens are marked as such', async () => {
  const { metadata } = await open('storyteller-q8_0.gguf');
  const list = (key: string) => {
    const found = metadata.get(`tokenizer.ggml.${key}`);
    assert.ok(found?.type === 'array', key);
    return found.values;
  };
  const tokens = list('tokens').map(String);
  assert.equal(tokens.length, card.vocabulary);
  assert.equal(new Set(tokens).size, tokens.length);
  assert.deepEqual(tokens.slice(0, 7), [
    '<|begin|>',
    '<|end|>',
    '<|pad|>',
    '<|system|>',
    '<|user|>',
    '<|assistant|>',
    '<|tool|>',
  ]);
  assert.deepEqual(list('token_type').map(Number), [
    ...Array(7).fill(3),
    ...Array(tokens.length - 7).fill(1),
  ]);
  assert.equal(tokens.filter((token) => [...token].length === 1).length, 256);
  const known = new Set(tokens);
  for (const merge of list('merges').map(String)) {
    const [left = '', right = '', ...more] = merge.split(' ');
    assert.deepEqual(more, []);
    assert.ok(known.has(left) && known.has(right) && known.has(left + right), merge);
  }
});

test('its chat template marks who speaks, and names the tools', async () => {
  const { metadata } = await open('storyteller-q8_0.gguf');
  const templates = readGgufChatTemplates(metadata);
  assert.ok(templates);
  const template = createChatTemplate({ ...templates, bos: '<|begin|>', eos: '<|end|>' });
  const user = { role: 'user', content: 'Is it raining?' };
  assert.equal(
    template.render({ messages: [user], now: 0 }),
    '<|begin|><|user|>Is it raining?<|end|><|assistant|>',
  );
  const toolCalls = [{ id: '1', name: 'weather', arguments: '{"city":"Rome"}' }];
  assert.equal(
    template.render({
      messages: [
        { role: 'system', content: 'Be brief.' },
        user,
        { role: 'assistant', content: '', toolCalls },
        { role: 'tool', content: 'sunny', toolCallId: '1' },
      ],
      tools: [{ name: 'weather', description: 'The weather of a city' }, { name: 'clock' }],
      now: 0,
    }),
    '<|begin|><|system|>Be brief.\n\nTools:\nweather: The weather of a city\nclock<|end|>' +
      '<|user|>Is it raining?<|end|>' +
      '<|assistant|>{"name": "weather", "arguments": {"city": "Rome"}}<|end|>' +
      '<|tool|>sunny<|end|><|assistant|>',
  );
});

test('the samples are what it answers', async () => {
  const read = async (file: string) => JSON.parse(await readFile(`${folder}/examples/${file}`, 'utf8'));
  const prompts = (await read('prompts.json')) as Prompt[];
  const samples = (await read('samples.json')) as { readonly tokens: readonly number[] }[];
  assert.equal(samples.length, prompts.length);
  await using engine = await createTokenEngine({
    model: streamed(await open('storyteller-q8_0.gguf')),
    kernels: (build) => readFile(wasmPath(build)),
  });
  for (const [i, { tokens: prompt, temperature, seed }] of prompts.entries()) {
    const parameters = { seed: BigInt(seed), temperature: Number(temperature) };
    const answer = samples[i]?.tokens ?? [];
    const request = { prompt, parameters, most: 320, ends: new Set([END]) };
    const { difference } = await engine.check(request, answer);
    assert.equal(difference, undefined);
    const lie = answer.with(2, 300);
    assert.equal((await engine.check(request, lie)).difference?.index, 2);
  }
});

test('it takes at most 1.15 times the bits of stories260K on the same stories, in every form measured', () => {
  const ours = card.metrics.filter(({ baseline }) => baseline === undefined);
  assert.ok(ours.length > 0);
  for (const { name, value } of ours) {
    const peer = card.metrics.find(
      (metric) => metric.name === name && metric.baseline?.startsWith('stories260K'),
    );
    assert.ok(peer, name);
    assert.ok(Number(value) <= 1.15 * Number(peer.value), `${name}: ${value} against ${peer.value}`);
  }
});
