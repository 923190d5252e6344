import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256, toHex, utf8 } from '@isobit/core';
import { ofKind } from '@isobit/receipt';
import { createLlmExact } from '../../../src/index.ts';
import { kernels } from '../engine/open.ts';
import { textRequest } from '../text-model.ts';
import { filesOf } from './build-safetensors.ts';
import { filesSource, textFiles } from './text-files.ts';

const files = textFiles();
const runtime = createLlmExact({ kernels });

test('a model in safetensors answers text, and its answer is checked by one pass', async () => {
  const source = filesSource(files);
  await using model = await runtime.load(source);
  const request = textRequest(source);
  const { response, usage } = await model.execute(request);
  const [choice] = ofKind(response, 'text').choices;
  assert.ok(choice && choice.tokens.length > 0);
  assert.match(choice.text, /^[a-z0-9.,!?\-:; ]*$/);
  assert.deepEqual(usage, { inputTokens: 3, outputTokens: choice.tokens.length });
  const checked = await model.check?.(request, response);
  assert.ok(checked && !('difference' in checked));
});

test('what its files hold is told, and held against the manifest', async () => {
  const { facts, tokenizer } = await runtime.inspect({ ...filesOf(files), format: 'safetensors' });
  assert.deepEqual(
    [facts.architecture, facts.quantisation, facts.task],
    ['qwen2', 'BF16', 'text-generation'],
  );
  assert.equal(tokenizer, toHex(sha256(files['tokenizer.json'] as Uint8Array)));
  await using right = await runtime.load(filesSource(files, { tokenizer }));
  assert.ok(right);
  await assert.rejects(runtime.load(filesSource(files, { tokenizer: '0'.repeat(64) })), {
    code: 'MODEL_SIGNATURE',
  });
});

test('its chat template is told too, and takes messages', async () => {
  const template = '{% for m in messages %}{{ m.content }}{% endfor %}{{ eos_token }}';
  const chat = { ...files, 'chat_template.jinja': utf8(template) };
  const { chatTemplate } = await runtime.inspect({ ...filesOf(chat), format: 'safetensors' });
  assert.equal(chatTemplate, toHex(sha256(utf8(template))));
  const source = filesSource(chat);
  await using model = await runtime.load(source);
  const prompt = { messages: [{ role: 'user', content: 'abc' }], now: 0 };
  const { response } = await model.execute(textRequest(source, { prompt }));
  assert.equal(ofKind(response, 'text').promptTokens, 4);
  const within = { ...files, 'tokenizer_config.json': utf8(JSON.stringify({ chat_template: template })) };
  const told = await runtime.inspect({ ...filesOf(within), format: 'safetensors' });
  assert.equal(told.chatTemplate, chatTemplate);
});

test('without its tokenizer it is refused', async () => {
  const { 'tokenizer.json': _, ...rest } = files;
  await assert.rejects(runtime.load(filesSource(rest)), {
    code: 'MODEL_MALFORMED',
    message: /tokenizer\.json/,
  });
  const broken = { ...files, 'tokenizer_config.json': Uint8Array.of(0xff) };
  await assert.rejects(runtime.load(filesSource(broken)), { code: 'MODEL_MALFORMED', message: /UTF-8/ });
});
