import type { ChatMessage, ChatTool } from '../../../src/llm/chat/index.ts';
import { excessive, faulty } from './hostile-templates.ts';
import type { Vector } from './operations.ts';
import * as templates from './templates.ts';

export type Cases = Readonly<Record<string, Vector>>;

/** 2026-11-05 07:04:09 UTC. */
const now = Date.UTC(2026, 10, 5, 7, 4, 9);

const system: ChatMessage = { role: 'system', content: ' Be brief. ' };
const hello: ChatMessage = { role: 'user', content: 'Hello' };
const answer: ChatMessage = { role: 'assistant', content: 'Hi!' };
const call: ChatMessage = {
  role: 'assistant',
  content: '',
  toolCalls: [{ id: 'call-1', name: 'weather', arguments: '{"city": "Zürich", "days": 2}' }],
};
const result: ChatMessage = { role: 'tool', content: '{"sky":"blue"}', toolCallId: 'call-1' };
const tools: readonly ChatTool[] = [
  {
    name: 'weather',
    description: 'Tells the "weather"',
    parameters: '{"type":"object","properties":{"city":{"type":"string"}},"n":[1,2.5,true,null]}',
  },
  { name: 'noop' },
];

const conversation = (messages: readonly ChatMessage[], more: object = {}) => ({ messages, now, ...more });

const render = (description: string, template: string, talk: object, more: object = {}): Vector => ({
  description,
  kind: 'render',
  template,
  bos: '<s>',
  eos: '</s>',
  conversation: talk,
  ...more,
});

const expression = (description: string, text: string): Vector =>
  render(description, `{{ ${text} }}`, conversation([hello]));

const families: Cases = {
  chatml: render('ChatML', templates.chatml, conversation([system, hello, answer, hello])),
  'chatml-no-prompt': render(
    'without the beginning of an answer',
    templates.chatml,
    conversation([hello], { addGenerationPrompt: false }),
  ),
  'chatml-tools': render(
    'tools, calls and results',
    templates.chatmlTools,
    conversation([system, hello, call, result, result, answer], { tools }),
  ),
  'chatml-tools-none': render(
    'the same template without tools',
    templates.chatmlTools,
    conversation([hello]),
  ),
  llama3: render('BOS, headers and the date', templates.llama3, conversation([system, hello])),
  mistral: render('[INST]', templates.mistral, conversation([hello, answer, hello])),
  zephyr: render('line ends after blocks go', templates.zephyr, conversation([system, hello])),
  namespaces: render(
    'macros and a namespace',
    templates.namespaces,
    conversation([{ role: 'user', content: '\n a \n' }, answer]),
  ),
  'tool-template': render(
    'a template for tools takes the place of the other',
    'plain',
    conversation([hello], { tools }),
    { toolTemplate: '{{ tools | length }} tools' },
  ),
  'tool-template-unused': render('and not without tools', 'plain', conversation([hello]), {
    toolTemplate: '{{ tools | length }} tools',
  }),
};

const environment: Cases = {
  'strftime-now': expression(
    'the clock of the request',
    "strftime_now('%Y-%m-%d %H:%M:%S %y %j %b %B %a %A %I %p %-d %-m %%')",
  ),
  tojson: expression('JSON', "{'b': [1, 2.5, true, none], 'a': {'é': '<\"'}, 'c': []} | tojson"),
  'tojson-options': expression(
    'JSON by options',
    "{'b': [1], 'a': 'é'} | tojson(sort_keys=true, ensure_ascii=true, separators=(',', ':'))",
  ),
  'tojson-indent': expression('JSON over lines', "{'a': [1, {'b': []}]} | tojson(indent=2)"),
  case: expression(
    'case',
    "'straße ΑΣ' | upper ~ '|' ~ 'ΑΣ'.lower() ~ '|' ~ 'ÉA b'.capitalize() ~ '|' ~ \"they're bill's\" | title",
  ),
  strip: expression(
    'white space',
    "'[' ~ ' \\u2003a\\ufeff\\x1c ' | trim ~ ']' ~ 'xxaxx'.strip('x') ~ 'xa '.lstrip('x') ~ '\\n a'.lstrip('\\n')",
  ),
  replace: expression(
    'replacement',
    "'aXbXc'.replace('X', '-', 1) ~ 'ab' | replace('', '.') ~ 'aXb'['replace']('X', '')",
  ),
  sort: expression(
    'order',
    "['b', 'A', 'c'] | sort | join(',') ~ [3, 1.5] | sort(reverse=true) | join(' ') ~ {'b': 1, 'A': 2} | dictsort | tojson",
  ),
  indent: expression('indent', "'a\\nb\\n\\nc' | indent(2) ~ 'a' | indent(3, true)"),
  range: expression('ranges', 'range(3) | join ~ range(1, 7, 2) | join ~ range(3, 0, -1) | join'),
  printed: expression(
    'what values print as',
    "[1, 2.5, true, none, 'a', {'b': [1]}] ~ ' ' ~ 1.0 ~ true ~ (1 == 1)",
  ),
  surrogate: render(
    'half a pair in a message',
    '{{ messages[0].content }}',
    conversation([{ role: 'user', content: 'a\ud800b' }]),
  ),
};

export const valid: Cases = { ...families, ...environment };

const slug = (what: string): string => what.toLowerCase().replace(/[^a-z0-9]+/g, '-');

const hostile = (prefix: string, error: string, all: Readonly<Record<string, string>>): Cases =>
  Object.fromEntries(
    Object.entries(all).map(([what, template]) => [
      `${prefix}-${slug(what)}`,
      { ...render(what, template, conversation([{ role: 'user', content: 'long '.repeat(200) }])), error },
    ]),
  );

const refusals: Cases = {
  'refused-roles': {
    ...render('roles that do not alternate', templates.mistral, conversation([hello, hello])),
    error: 'TEMPLATE_REFUSED',
  },
  'refused-arguments': {
    ...render(
      'arguments that are no JSON',
      'x',
      conversation([{ role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'f', arguments: '{' }] }]),
    ),
    error: 'TEMPLATE_REFUSED',
  },
  'refused-parameters': {
    ...render(
      'a schema that nests too deep',
      'x',
      conversation([hello], { tools: [{ name: 'f', parameters: `${'['.repeat(60)}${']'.repeat(60)}` }] }),
    ),
    error: 'TEMPLATE_REFUSED',
  },
};

export const invalid: Cases = {
  ...hostile('faulty', 'TEMPLATE_INVALID', faulty),
  ...hostile('excessive', 'TEMPLATE_LIMIT', excessive),
  ...refusals,
};
