import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCoded, sha256, toHex, utf8 } from '@isobit/core';
import { type ChatMessage, type ChatTool, createChatTemplate } from '../../../src/llm/chat/index.ts';
import * as templates from './templates.ts';

const now = Date.UTC(2026, 10, 5, 7, 4, 9);

const system: ChatMessage = { role: 'system', content: ' Be brief. ' };
const hello: ChatMessage = { role: 'user', content: 'Hello' };
const answer: ChatMessage = { role: 'assistant', content: 'Hi!' };
const weather: ChatTool = {
  name: 'weather',
  description: 'Tells the weather of a "place"',
  parameters: '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}',
};
const call: ChatMessage = {
  role: 'assistant',
  content: '',
  toolCalls: [{ id: 'call-1', name: 'weather', arguments: '{"city": "Zürich", "days": 2}' }],
};
const result: ChatMessage = { role: 'tool', content: '{"sky":"blue"}', toolCallId: 'call-1' };

const render = (
  template: string,
  messages: readonly ChatMessage[],
  more: { tools?: readonly ChatTool[]; addGenerationPrompt?: boolean } = {},
) => createChatTemplate({ template, bos: '<s>', eos: '</s>' }).render({ messages, now, ...more });

const refuses = (code: string, run: () => unknown) => assert.throws(run, (error) => isCoded(error, code));

describe('families', () => {
  test('chatml', () => {
    assert.equal(
      render(templates.chatml, [system, hello, answer]),
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nHi!<|im_end|>\n<|im_start|>assistant\n',
    );
    assert.equal(
      render(templates.chatml, [hello], { addGenerationPrompt: false }),
      '<|im_start|>user\nHello<|im_end|>\n',
    );
  });

  test('chatml with tools: schemas and arguments are JSON as Python lays it out', () => {
    assert.equal(
      render(templates.chatmlTools, [system, hello, call, result, result, answer], {
        tools: [weather, { name: 'noop' }],
      }),
      '<|im_start|>system\n Be brief. \n\nTools:\n' +
        '{"type": "function", "function": {"name": "weather", "description": "Tells the weather of a \\"place\\"", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}\n' +
        '{"type": "function", "function": {"name": "noop", "parameters": {"type": "object", "properties": {}}}}<|im_end|>\n' +
        '<|im_start|>user\nHello<|im_end|>\n' +
        '<|im_start|>assistant\n<tool_call>\n{"name": "weather", "arguments": {"city": "Zürich", "days": 2}}\n</tool_call><|im_end|>\n' +
        '<|im_start|>user\n<tool_response>\n{"sky":"blue"}\n</tool_response>\n<tool_response>\n{"sky":"blue"}\n</tool_response><|im_end|>\n' +
        '<|im_start|>assistant\nHi!<|im_end|>\n<|im_start|>assistant\n',
    );
    assert.equal(
      render(templates.chatmlTools, [hello]),
      '<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  test('llama 3: BOS, and the date of the request in UTC', () => {
    assert.equal(
      render(templates.llama3, [system, hello]),
      '<s><|start_header_id|>system<|end_header_id|>\n\nToday Date: 05 Nov 2026\n\nBe brief.<|eot_id|>' +
        '<|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    );
  });

  test('mistral: what the template raises is a refusal of the conversation', () => {
    assert.equal(
      render(templates.mistral, [hello, answer, hello]),
      '<s> [INST] Hello [/INST] Hi!</s> [INST] Hello [/INST]',
    );
    assert.throws(
      () => render(templates.mistral, [hello, hello]),
      (error) => isCoded(error, 'TEMPLATE_REFUSED') && /must alternate/.test((error as Error).message),
    );
    refuses('TEMPLATE_REFUSED', () => render(templates.mistral, [system]));
  });

  test('zephyr: line ends after blocks go', () => {
    assert.equal(
      render(templates.zephyr, [system, hello]),
      '<|system|>\n Be brief. </s>\n<|user|>\nHello</s>\n<|assistant|>\n',
    );
  });

  test('macros, namespaces and strip with characters', () => {
    assert.equal(
      render(templates.namespaces, [{ role: 'user', content: '\n a \n' }, answer]),
      'last user 0USER:  a ;ASSISTANT: Hi!;',
    );
  });
});

describe('what the environment has', () => {
  const evaluate = (expression: string) => render(`{{ ${expression} }}`, [hello]);

  test('strftime_now', () => {
    assert.equal(
      evaluate("strftime_now('%Y-%m-%d %H:%M:%S %y %j %b %B %a %A %I %p %-d %-m %%')"),
      '2026-11-05 07:04:09 26 309 Nov November Thu Thursday 07 AM 5 11 %',
    );
    refuses('TEMPLATE_INVALID', () => evaluate("strftime_now('%s')"));
    refuses('TEMPLATE_INVALID', () => evaluate("strftime_now('%-A')"));
  });

  test('tojson: separators, order, escapes, indent', () => {
    const value = "{'b': [1, 2.5, true, none], 'a': {'é': '<\"'}, 'c': []}";
    assert.equal(evaluate(`${value} | tojson`), '{"b": [1, 2.5, true, null], "a": {"é": "<\\""}, "c": []}');
    assert.equal(
      evaluate(`${value} | tojson(sort_keys=true, ensure_ascii=true, separators=(',', ':'))`),
      '{"a":{"\\u00e9":"<\\""},"b":[1,2.5,true,null],"c":[]}',
    );
    assert.equal(evaluate("{'a': [1]} | tojson(indent=2)"), '{\n  "a": [\n    1\n  ]\n}');
    assert.equal(evaluate('[undefined_name] | tojson'), '[null]');
  });

  test('texts by the fixed tables: case, white space, replacement', () => {
    assert.equal(
      evaluate(
        "'straße ΑΣ' | upper ~ '|' ~ 'ΑΣ'.lower() ~ '|' ~ 'ÉA b'.capitalize() ~ '|' ~ \"they're bill's\" | title",
      ),
      "STRASSE ΑΣ|ασ|Éa b|They'Re Bill'S",
    );
    assert.equal(
      evaluate(
        "'[' ~ ' \\u2003a\\ufeff\\x1c ' | trim ~ ']' ~ 'xxaxx'.strip('x') ~ 'xa '.lstrip('x') ~ 'ax'.rstrip('x') ~ '\\n a'.lstrip('\\n')",
      ),
      '[a\ufeff]aa a a',
    );
    assert.equal(
      evaluate(
        "'aXbXc'.replace('X', '-') ~ 'aXbXc'.replace('X', '-', 1) ~ 'ab' | replace('', '.') ~ 'aXb'['replace']('X', '')",
      ),
      'a-b-ca-bXc.a.b.ab',
    );
    assert.equal(
      evaluate(
        "['b', 'A', 'c'] | sort | join(',') ~ ['b', 'A'] | sort(reverse=true) | join ~ [3, 1.5] | sort | join(' ')",
      ),
      'A,b,cbA1.5 3',
    );
    assert.equal(
      evaluate("{'b': 1, 'A': 2} | dictsort | tojson ~ 'a\\nb\\n\\nc' | indent(2)"),
      '[["A", 2], ["b", 1]]a\n  b\n\n  c',
    );
  });

  test('range', () => {
    assert.equal(
      evaluate('range(3) | join ~ range(1, 7, 2) | join ~ range(3, 0, -1) | join ~ range(5, 1) | join'),
      '012135321',
    );
    refuses('TEMPLATE_INVALID', () => evaluate('range(0, 3, 0)'));
  });

  test('a lone surrogate of a message is U+FFFD in the prompt', () => {
    assert.equal(render('{{ messages[0].content }}', [{ role: 'user', content: 'a\ud800b' }]), 'a\ufffdb');
  });
});

describe('tools', () => {
  test('a model’s template for tools takes the place of the other', () => {
    const template = createChatTemplate({ template: 'plain', toolTemplate: 'tools {{ tools | length }}' });
    assert.equal(template.render({ messages: [hello], now }), 'plain');
    assert.equal(template.render({ messages: [hello], now, tools: [weather] }), 'tools 1');
    assert.equal(toHex(template.digest), toHex(sha256(utf8('plain'))));
  });

  test('schemas and arguments that are no JSON, or nest too deep, refuse the conversation', () => {
    for (const parameters of ['{', '[1', `${'['.repeat(60)}${']'.repeat(60)}`])
      refuses('TEMPLATE_REFUSED', () => render('x', [hello], { tools: [{ name: 'f', parameters }] }));
    refuses('TEMPLATE_REFUSED', () =>
      render('x', [
        { role: 'assistant', content: '', toolCalls: [{ id: 'a', name: 'f', arguments: 'none' }] },
      ]),
    );
  });
});

test('a template above the limit is refused', () => {
  refuses('TEMPLATE_LIMIT', () => render('a'.repeat(2 ** 18 + 1), [hello]));
});

test('a long conversation fits the limits', () => {
  const messages = Array.from({ length: 4_096 }, (_, i) => ({
    role: i % 2 === 0 ? 'user' : 'assistant',
    content: 'word '.repeat(100),
  }));
  assert.ok(render(templates.chatmlTools, messages, { tools: [weather] }).length > 2_000_000);
});
