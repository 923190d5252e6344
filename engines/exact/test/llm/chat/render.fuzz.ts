import { fromUtf8, utf8 } from '@isobit/core';
import { createChatTemplate, readHubChatTemplates } from '../../../src/llm/chat/index.ts';
import * as templates from './templates.ts';

const conversation = {
  messages: [
    { role: 'system', content: 'brief' },
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'f', arguments: '{"x":1}' }] },
  ],
  tools: [{ name: 'f', parameters: '{"type":"object"}' }],
  now: 0,
};

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    return '';
  }
}

/** Templates of strangers: they may throw coded errors and nothing else. */
export const targets: Record<string, { run(bytes: Uint8Array): unknown; seeds(): Uint8Array[] }> = {
  renderChatTemplate: {
    run: (bytes) =>
      createChatTemplate({ template: textOf(bytes), bos: '<s>', eos: '</s>' }).render(conversation),
    seeds: () => Object.values(templates).map(utf8),
  },
  readHubChatTemplates: {
    run: (bytes) => readHubChatTemplates({ config: textOf(bytes) }),
    seeds: () => [
      utf8('{"chat_template":[{"name":"default","template":"x"},{"name":"tool_use","template":"y"}]}'),
      utf8('{"chat_template":"z"}'),
    ],
  },
};
