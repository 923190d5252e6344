import { bodyText, type Term, type Vector } from './vector.ts';

const HELLO = [{ role: 'user', content: 'Hello' }];

const chat = (description: string, body: unknown): Vector => ({
  description,
  kind: 'chat-request',
  text: bodyText(body),
});

/** A body with what every chat has, and more. */
const plus = (description: string, more: object): Vector =>
  chat(description, { model: 'm', messages: HELLO, ...more });

const messages = (description: string, list: unknown): Vector =>
  chat(description, { model: 'm', messages: list });

const bad = (error: string, vector: Vector): Vector => ({ ...vector, error });
const malformed = (vector: Vector) => bad('API_MALFORMED', vector);
const unsupported = (vector: Vector) => bad('API_UNSUPPORTED', vector);
const outside = (vector: Vector) => bad('API_VALUE', vector);

const tool = (name: string, parameters?: object) => ({
  type: 'function',
  function: { name, description: `does ${name}`, ...(parameters ? { parameters } : {}) },
});
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tree = {
  type: 'object',
  properties: { left: { $ref: '#' }, leaf: { $ref: '#/$defs/leaf' }, const: { const: { $ref: '#' } } },
  $defs: { leaf: { type: 'integer' } },
};
const tools = [tool('weather', city), tool('time')];
const call = {
  id: 'abc123def',
  type: 'function',
  function: { name: 'weather', arguments: '{"city":"Rome"}' },
};
const schema = {
  type: 'object',
  properties: { b: { type: 'integer' }, a: { type: 'string' } },
  required: ['b', 'a'],
};
const jsonSchema = { type: 'json_schema', json_schema: { name: 'thing', strict: true, schema } };

export const chatRequests: Term = {
  valid: {
    'chat-small': chat('the least that a chat needs', { model: 'm', messages: HELLO }),
    'chat-roles': messages('every role; developer is system', [
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: 'Be kind.', name: 'dev' },
      { role: 'user', content: 'Hi', name: 'ann' },
      { role: 'assistant', content: 'Hello!', refusal: null, annotations: [] },
      { role: 'user', content: '' },
    ]),
    'chat-parts': messages('parts of text stand on lines of their own', [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'one' },
          { type: 'text', text: 'two' },
        ],
      },
    ]),
    'chat-calls': chat('calls and answers of tools', {
      model: 'm',
      tools,
      messages: [
        ...HELLO,
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'abc123def', content: 'sunny' },
      ],
    }),
    'chat-tools-none': plus('a model that may not call is told of no tool', { tools, tool_choice: 'none' }),
    'chat-tools-empty': plus('no tools', { tools: [], tool_choice: 'auto' }),
    'chat-tools-required': plus('a call of any tool', { tools, tool_choice: 'required' }),
    'chat-tools-named': plus('a call of one tool', {
      tools,
      tool_choice: { type: 'function', function: { name: 'weather' } },
    }),
    'chat-tools-references': plus('references stay within the schema of their tool', {
      tools: [tool('tree', tree)],
      tool_choice: 'required',
    }),
    'chat-tools-format': plus('a call or an answer in the format', { tools, response_format: jsonSchema }),
    'chat-tools-json': plus('a call or any object', { tools, response_format: { type: 'json_object' } }),
    'chat-format-text': plus('text', { response_format: { type: 'text' } }),
    'chat-format-json': plus('any object', { response_format: { type: 'json_object' } }),
    'chat-format-schema': plus('members of a schema keep their order', { response_format: jsonSchema }),
    'chat-sampling': plus('every number', {
      temperature: 0.7,
      top_p: 0.9,
      top_k: 40,
      min_p: 0.05,
      repetition_penalty: 1.1,
      presence_penalty: -0.5,
      frequency_penalty: 1e-3,
      logit_bias: { 7: -100, 12: 1.5 },
      seed: 42,
      stop: ['\n\n', 'END'],
      n: 2,
      max_tokens: 100,
      logprobs: true,
      top_logprobs: 3,
    }),
    'chat-sampling-zeros': plus('zeros, and top_k for all', { temperature: 0, top_k: -1, seed: 0 }),
    'chat-seed-negative': plus('a seed below zero', { seed: -1 }),
    'chat-stop-text': plus('one stop text', { stop: 'END' }),
    'chat-tokens-newer': plus('the newer name of the most tokens', {
      max_completion_tokens: 5,
      max_tokens: 5,
    }),
    'chat-logprobs-plain': plus('log probabilities without alternatives', { logprobs: true }),
    'chat-stream': plus('a stream with usage', {
      stream: true,
      stream_options: { include_usage: true, include_obfuscation: false },
    }),
    'chat-without-effect': plus('members without effect', {
      user: 'ann',
      metadata: { a: 'b' },
      store: false,
      parallel_tool_calls: true,
      service_tier: 'auto',
      safety_identifier: 'x',
      prompt_cache_key: 'y',
      modalities: ['text'],
      prediction: { type: 'content', content: 'z' },
    }),
    'chat-nulls': plus('null is absent', {
      temperature: null,
      stop: null,
      tools: null,
      tool_choice: null,
      response_format: null,
      audio: null,
      whatever: null,
    }),
    'chat-choice': plus('the client chooses salt, nonce, profile and time', {
      isobit: { salt: 'ab'.repeat(32), nonce: 'cd'.repeat(32), profile: 'llama-wasm-1', now: 5 },
    }),
  },
  invalid: {
    'chat-not-json': malformed(chat('no JSON', '{')),
    'chat-not-object': malformed(chat('a list', [1])),
    'chat-member-twice': malformed(chat('model stands twice', '{"model":"m","model":"m","messages":[]}')),
    'chat-deep': malformed(chat('33 levels', `${'['.repeat(33)}${']'.repeat(33)}`)),
    'chat-no-model': malformed(chat('no model', { messages: HELLO })),
    'chat-no-messages': malformed(chat('no messages', { model: 'm' })),
    'chat-messages-empty': outside(messages('an empty list', [])),
    'chat-messages-object': malformed(messages('messages in an object', {})),
    'chat-role': unsupported(messages('the older role of functions', [{ role: 'function', content: 'x' }])),
    'chat-no-role': malformed(messages('no role', [{ content: 'x' }])),
    'chat-no-content': malformed(messages('no content', [{ role: 'user' }])),
    'chat-content-number': malformed(messages('content is a number', [{ role: 'user', content: 5 }])),
    'chat-surrogate': malformed(
      chat('a lone surrogate', '{"model":"m","messages":[{"role":"user","content":"\\ud800"}]}'),
    ),
    'chat-image': unsupported(
      messages('an image', [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:' } }] }]),
    ),
    'chat-refusal': unsupported(
      messages('a refusal that was a text', [{ role: 'assistant', content: '', refusal: 'no' }]),
    ),
    'chat-function-call': unsupported(
      messages('the older form of calls', [
        { role: 'assistant', content: '', function_call: { name: 'f', arguments: '' } },
      ]),
    ),
    'chat-tool-call-id': malformed(messages('an answer to no call', [{ role: 'tool', content: 'x' }])),
    'chat-call-custom': unsupported(
      messages('a call of another type', [
        { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'custom', custom: {} }] },
      ]),
    ),
    'chat-call-object': malformed(
      messages('arguments that are no text', [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: {} } }],
        },
      ]),
    ),
    'chat-unknown': unsupported(plus('a member that nobody knows', { temprature: 1 })),
    'chat-functions': unsupported(plus('the older form of tools', { functions: [] })),
    'chat-audio': unsupported(plus('audio', { modalities: ['text', 'audio'] })),
    'chat-reasoning': unsupported(plus('effort', { reasoning_effort: 'high' })),
    'chat-store': unsupported(plus('answers kept', { store: true })),
    'chat-tier': unsupported(plus('another tier', { service_tier: 'priority' })),
    'chat-web': unsupported(plus('the web', { web_search_options: {} })),
    'chat-tool-type': unsupported(plus('a tool that is no function', { tools: [{ type: 'web_search' }] })),
    'chat-tool-twice': outside(plus('two tools of one name', { tools: [tool('a'), tool('a')] })),
    'chat-tool-name': outside(plus('an empty name', { tools: [tool('')] })),
    'chat-tools-many': outside(
      plus('129 tools', { tools: Array.from({ length: 129 }, (_, i) => tool(`t${i}`)) }),
    ),
    'chat-choice-unknown': outside(
      plus('a tool that is not offered', {
        tools,
        tool_choice: { type: 'function', function: { name: 'news' } },
      }),
    ),
    'chat-choice-word': outside(plus('a choice that there is not', { tools, tool_choice: 'any' })),
    'chat-choice-none': outside(plus('a call without tools', { tool_choice: 'required' })),
    'chat-choice-allowed': unsupported(
      plus('a choice of several', { tools, tool_choice: { type: 'allowed_tools', allowed_tools: {} } }),
    ),
    'chat-format': unsupported(plus('a format that there is not', { response_format: { type: 'xml' } })),
    'chat-format-no-schema': malformed(
      plus('no schema', { response_format: { type: 'json_schema', json_schema: { name: 'x' } } }),
    ),
    'chat-temperature': malformed(plus('a number as text', { temperature: '0.7' })),
    'chat-temperature-large': outside(plus('no decimal says it', { temperature: 1e4 })),
    'chat-bias-name': outside(plus('a bias of no token', { logit_bias: { hello: 1 } })),
    'chat-bias-text': malformed(plus('a bias as text', { logit_bias: { 1: '1' } })),
    'chat-seed': outside(plus('a seed that is no integer', { seed: 1.5 })),
    'chat-seed-large': outside(
      chat(
        'a seed that a double rounds',
        `{"model":"m","messages":${JSON.stringify(HELLO)},"seed":9007199254740993}`,
      ),
    ),
    'chat-stop-empty': outside(plus('an empty stop text', { stop: [''] })),
    'chat-stop-many': outside(plus('17 stop texts', { stop: Array.from({ length: 17 }, (_, i) => `s${i}`) })),
    'chat-stop-number': malformed(plus('a number as stop text', { stop: [1] })),
    'chat-n': outside(plus('17 answers', { n: 17 })),
    'chat-tokens': outside(plus('no tokens', { max_tokens: 0 })),
    'chat-tokens-two': outside(plus('two numbers of tokens', { max_tokens: 1, max_completion_tokens: 2 })),
    'chat-top-logprobs': outside(plus('21 alternatives', { logprobs: true, top_logprobs: 21 })),
    'chat-top-logprobs-alone': outside(plus('alternatives to nothing', { top_logprobs: 2 })),
    'chat-stream-options': unsupported(plus('an option that there is not', { stream_options: { x: 1 } })),
    'chat-salt': outside(plus('a short salt', { isobit: { salt: 'ab' } })),
    'chat-isobit': unsupported(plus('another member of isobit', { isobit: { seed: 1 } })),
  },
};
