import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGgufChatTemplates, readHubChatTemplates } from '../../../src/llm/chat/index.ts';
import { readGguf } from '../../../src/llm/gguf/read-gguf.ts';
import { buildGguf, type Value } from '../build-gguf.ts';

const metadata = (members: Record<string, Value>) => readGguf(buildGguf(members, [])).metadata;

test('GGUF: the template, and one for tools', () => {
  assert.equal(readGgufChatTemplates(metadata({ 'general.name': 'x' })), undefined);
  assert.deepEqual(readGgufChatTemplates(metadata({ 'tokenizer.chat_template': 'a' })), { template: 'a' });
  assert.deepEqual(
    readGgufChatTemplates(
      metadata({
        'tokenizer.chat_template': 'a',
        'tokenizer.chat_template.tool_use': 'b',
        'tokenizer.chat_template.rag': 'c',
        'tokenizer.chat_templates': { strings: ['tool_use', 'rag'] },
      }),
    ),
    { template: 'a', toolTemplate: 'b' },
  );
  assert.deepEqual(readGgufChatTemplates(metadata({ 'tokenizer.chat_template.default': 'd' })), {
    template: 'd',
  });
  assert.throws(() => readGgufChatTemplates(metadata({ 'tokenizer.chat_template': 3 })), {
    code: 'TEMPLATE_INVALID',
  });
});

test('the hub: a file of its own before the configuration, which has one or several', () => {
  assert.equal(readHubChatTemplates({}), undefined);
  assert.equal(readHubChatTemplates({ config: '{}' }), undefined);
  assert.deepEqual(readHubChatTemplates({ config: '{"chat_template":"a"}' }), { template: 'a' });
  assert.deepEqual(readHubChatTemplates({ config: '{"chat_template":"a"}', jinja: 'b' }), { template: 'b' });
  const list = '{"chat_template":[{"name":"default","template":"a"},{"name":"tool_use","template":"b"}]}';
  assert.deepEqual(readHubChatTemplates({ config: list }), { template: 'a', toolTemplate: 'b' });
});

test('a configuration that is none is refused', () => {
  for (const config of [
    '{',
    '{"chat_template":3}',
    '{"chat_template":[{"name":"x"}]}',
    '{"chat_template":[null]}',
  ])
    assert.throws(() => readHubChatTemplates({ config }), { code: 'TEMPLATE_INVALID' }, config);
  assert.equal(readHubChatTemplates({ config: 'null' }), undefined);
});
