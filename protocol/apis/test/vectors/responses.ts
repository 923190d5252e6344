import { canonicalText } from '@isobit/core';
import { createTextResponse, floatBits, type TextChoice, type TextPiece } from '@isobit/receipt';
import { bodyText, HEAD, RECEIPT, type Term, type Vector } from './vector.ts';

const small = { model: 'm', input: 'Hello' };

const asks = (description: string, body: unknown): Vector => ({
  description,
  kind: 'responses-request',
  text: bodyText(body),
});
const plus = (description: string, more: object): Vector => asks(description, { ...small, ...more });
const items = (description: string, ...input: unknown[]): Vector => plus(description, { input });

const bad = (error: string, vector: Vector): Vector => ({ ...vector, error });
const malformed = (vector: Vector) => bad('API_MALFORMED', vector);
const unsupported = (vector: Vector) => bad('API_UNSUPPORTED', vector);
const outside = (vector: Vector) => bad('API_VALUE', vector);

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [
  { type: 'function', name: 'weather', description: 'tells the weather', parameters: schema, strict: true },
  { type: 'function', name: 'time' },
];
const json = { format: { type: 'json_schema', name: 'place', schema } };
const hello = { role: 'user', content: 'Hello' };
const call = { type: 'function_call', call_id: 'abc123def', name: 'weather', arguments: '{"city":"Rome"}' };
const output = { type: 'function_call_output', call_id: 'abc123def', output: 'sunny' };
const said = (text: string) => ({
  type: 'message',
  id: 'msg_1',
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
});

const CALL = '{"name": "weather", "arguments": {"city": "Rome"}}';
const TAGGED = `<tool_call>\n${CALL}\n</tool_call>`;
const head = { ...HEAD, id: 'resp_0123456789abcdef0123456789abcdef' };
const says = (text: string, more: Partial<TextChoice> = {}): TextChoice => ({
  text,
  tokens: [5, 6, 1],
  finish: 'stop',
  ...more,
});
const responded = (choice: TextChoice): string =>
  canonicalText(createTextResponse({ promptTokens: 9, choices: [choice] }));
const answer = (description: string, more: object, choice: TextChoice): Vector => ({
  ...plus(description, more),
  kind: 'responses-answer',
  response: responded(choice),
  head,
  receipt: RECEIPT,
});
const piece = (text: string, more: Partial<TextPiece> = {}): TextPiece => ({
  choice: 0,
  tokens: [5],
  text,
  ...more,
});
const stream = (description: string, more: object, pieces: TextPiece[], choice: TextChoice): Vector => ({
  ...answer(description, { stream: true, ...more }, choice),
  kind: 'responses-stream',
  pieces,
});
const continued = (description: string, more: object, before: object, choice: TextChoice): Vector => ({
  ...plus(description, { previous_response_id: 'resp_1', ...more }),
  kind: 'responses-continued',
  before: { text: bodyText({ ...small, ...before }), response: responded(choice) },
});

const step = (value: number) => ({
  value: floatBits(value),
  alternatives: [{ token: 5, value: floatBits(-0.25) }],
});
const texts = {
  logProbabilities: [step(-0.1), step(-1.5), step(Number.NEGATIVE_INFINITY)],
  tokenBytes: { '1': '', '5': '48', '6': '6921' },
};
const probabilities = { logProbabilities: [step(-0.1), step(-1.5), step(Number.NEGATIVE_INFINITY)] };

/** The vectors of specs/responses.md. */
export const responses: Term = {
  valid: {
    'request-small': asks('the least that a question needs', small),
    'request-instructions': plus('instructions are the first message', { instructions: 'Be brief.' }),
    'request-instructions-empty': plus('empty instructions are none', { instructions: '' }),
    'request-messages': items(
      'messages of every role, with and without type',
      { role: 'developer', content: 'Be kind.' },
      { type: 'message', role: 'system', content: 'Be brief.' },
      hello,
      { role: 'assistant', content: 'Hi!' },
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'one' },
          { type: 'input_text', text: 'two' },
        ],
      },
    ),
    'request-items': items(
      'words and a call of one answer are one message, and the result another',
      hello,
      said('Let me see.'),
      { ...call, id: 'fc_abc123def', status: 'completed' },
      { ...call, call_id: 'second' },
      output,
      { ...output, call_id: 'second', output: [{ type: 'input_text', text: 'rain' }] },
    ),
    'request-call-alone': items('a call without words', hello, call, output),
    'request-tools': plus('tools', { tools }),
    'request-tools-none': plus('a model that may not call is told of no tool', {
      tools,
      tool_choice: 'none',
    }),
    'request-tools-required': plus('a call of any tool', { tools, tool_choice: 'required' }),
    'request-tools-one': plus('a call of one tool', {
      tools,
      tool_choice: { type: 'function', name: 'time' },
    }),
    'request-format-text': plus('words in no format', { text: { format: { type: 'text' } } }),
    'request-format-object': plus('any JSON', { text: { format: { type: 'json_object' } } }),
    'request-format-schema': plus('JSON of a schema', { text: json }),
    'request-format-tools': plus('a call, or JSON of a schema', { text: json, tools }),
    'request-sampling': plus('every number', {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      seed: 7,
      max_output_tokens: 64,
      top_logprobs: 2,
      stream: true,
    }),
    'request-logprobs': plus('log probabilities asked for by name', {
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
    }),
    'request-previous': plus('a question that goes on', { previous_response_id: 'resp_1' }),
    'request-store': plus('an answer that is to be forgotten', { store: false }),
    'request-without-effect': plus('members without effect', {
      user: 'x',
      metadata: { a: 'b' },
      parallel_tool_calls: false,
      max_tool_calls: 3,
      background: false,
      truncation: 'disabled',
      service_tier: 'auto',
      reasoning: { effort: null, summary: 'auto' },
      stream_options: { include_obfuscation: false },
      prompt_cache_key: 'k',
      text: { verbosity: 'medium' },
      conversation: null,
    }),
    'request-choice': plus('the client chooses salt and time', { isobit: { salt: 'ab'.repeat(32), now: 5 } }),
    'continued-words': continued('a second question', {}, {}, says('Hi!')),
    'continued-instructions': continued(
      'instructions hold for their own answer alone',
      { instructions: 'Be kind.' },
      { instructions: 'Be brief.' },
      says('Hi!'),
    ),
    'continued-call': continued(
      'the result of a call; ids come from the salt of the question before',
      { input: [output], tools },
      { tools },
      says(`Well.\n${TAGGED}\n${TAGGED}`),
    ),
    'continued-call-none': continued(
      'what looks like a call is words where no tool was offered',
      {},
      { tools, tool_choice: 'none' },
      says(CALL),
    ),
    'answer-words': answer('words', {}, says('Hi!')),
    'answer-length': answer(
      'an answer that was cut off',
      { max_output_tokens: 3 },
      {
        ...says('Once'),
        finish: 'length',
      },
    ),
    'answer-call': answer('a call, and no words', { tools, tool_choice: 'required' }, says(CALL)),
    'answer-calls': answer('words and two calls', { tools }, says(`Well.\n${TAGGED}\n${TAGGED}`)),
    'answer-call-length': answer(
      'a whole call is one, wherever the answer was cut off',
      { tools },
      says(CALL, { finish: 'length' }),
    ),
    'answer-empty': answer('nothing', {}, says('')),
    'answer-logprobs': answer(
      'log probabilities; an infinite one',
      { top_logprobs: 1 },
      says('Hi!', probabilities),
    ),
    'answer-logprobs-texts': answer(
      'log probabilities of tokens whose bytes are stated',
      { top_logprobs: 1 },
      says('Hi!', texts),
    ),
    'answer-settings': answer(
      'what an answer repeats',
      {
        instructions: 'Be brief.',
        tools,
        tool_choice: { type: 'function', name: 'time' },
        text: { format: { ...json.format, description: 'where', strict: false } },
        temperature: 0.5,
        top_p: 1,
        max_output_tokens: 64,
        parallel_tool_calls: false,
        previous_response_id: 'resp_1',
        store: false,
        user: 'x',
        metadata: { a: 'b', c: null },
      },
      says('Hi!'),
    ),
    'stream-words': stream('words as they come', {}, [piece('Hi'), piece(' there')], says('Hi there!')),
    'stream-length': stream(
      'an answer that was cut off',
      {},
      [piece('Once')],
      says('Once', { finish: 'length' }),
    ),
    'stream-call': stream('a call is told once it is signed', { tools }, [piece(CALL)], says(CALL)),
    'stream-words-calls': stream(
      'words, and then two calls',
      { tools },
      [piece('Well.\n<tool')],
      says(`Well.\n${TAGGED}\n${TAGGED}`),
    ),
    'stream-none': stream('nothing told before the answer', {}, [], says('Hi')),
    'stream-empty': stream('nothing', {}, [], says('')),
    'stream-logprobs-texts': stream(
      'log probabilities of tokens whose bytes are stated',
      { top_logprobs: 1 },
      [piece('H', { logProbabilities: [step(-0.1)], tokenBytes: { '5': '48' } })],
      says('Hi!', texts),
    ),
    'stream-logprobs': stream(
      'log probabilities go with the words that they made',
      { top_logprobs: 1 },
      [
        piece('', { logProbabilities: [step(-0.1)] }),
        piece('Hi', { tokens: [6], logProbabilities: [step(-1.5)] }),
      ],
      says('Hi!', probabilities),
    ),
  },
  invalid: {
    'request-not-json': malformed(asks('no JSON', '{')),
    'request-no-model': malformed(plus('no model', { model: null })),
    'request-no-input': malformed(plus('no input', { input: null })),
    'request-input-number': malformed(plus('input is a number', { input: 5 })),
    'request-items-none': outside(plus('no items', { input: [] })),
    'request-items-many': outside(plus('4097 items', { input: Array.from({ length: 4_097 }, () => hello) })),
    'request-calls-many': outside(
      plus('129 calls of one answer', { input: Array.from({ length: 129 }, () => call) }),
    ),
    'request-item-text': malformed(items('an item that is a string', 'Hello')),
    'request-item-type': unsupported(items('thoughts', { type: 'reasoning', summary: [] })),
    'request-item-reference': unsupported(items('a reference', { type: 'item_reference', id: 'msg_1' })),
    'request-role': unsupported(items('a role that nobody knows', { role: 'tool', content: 'x' })),
    'request-role-prototype': unsupported(items('a role of every object', { role: 'toString', content: '' })),
    'request-no-content': malformed(items('no content', { role: 'user' })),
    'request-image': unsupported(items('an image', { role: 'user', content: [{ type: 'input_image' }] })),
    'request-refusal': unsupported(
      items('a refusal', { role: 'assistant', content: [{ type: 'refusal', refusal: 'no' }] }),
    ),
    'request-item-member': unsupported(items('an item with another member', { ...hello, name: 'x' })),
    'request-call-id': malformed(items('a call without id', { ...call, call_id: null })),
    'request-call-id-empty': outside(items('a call with an empty id', { ...call, call_id: '' })),
    'request-call-arguments': malformed(items('arguments that are no text', { ...call, arguments: {} })),
    'request-output-id': malformed(items('a result of no call', { ...output, call_id: null })),
    'request-output-file': unsupported(
      items('a file as result', { ...output, output: [{ type: 'input_file' }] }),
    ),
    'request-unknown': unsupported(plus('a member that nobody knows', { max_tokens: 1 })),
    'request-stop': unsupported(plus('stop texts, which the API has none of', { stop: ['x'] })),
    'request-tool-nested': malformed(
      plus('a tool in the form of chats', { tools: [{ type: 'function', function: { name: 'a' } }] }),
    ),
    'request-tool-server': unsupported(
      plus('a tool that a server runs', { tools: [{ type: 'web_search' }] }),
    ),
    'request-tool-twice': outside(plus('two tools of one name', { tools: [tools[1], tools[1]] })),
    'request-choice-unknown': outside(
      plus('a tool that is not offered', { tools, tool_choice: { type: 'function', name: 'x' } }),
    ),
    'request-choice-none': outside(plus('a call without tools', { tool_choice: 'required' })),
    'request-choice-allowed': unsupported(
      plus('some of the tools', { tools, tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [] } }),
    ),
    'request-format': unsupported(plus('another format', { text: { format: { type: 'xml' } } })),
    'request-format-name': malformed(
      plus('a schema without name', { text: { format: { ...json.format, name: null } } }),
    ),
    'request-verbosity': unsupported(plus('verbosity', { text: { verbosity: 'low' } })),
    'request-reasoning': unsupported(plus('effort', { reasoning: { effort: 'high' } })),
    'request-include': unsupported(
      plus('what no answer has', { include: ['web_search_call.action.sources'] }),
    ),
    'request-logprobs': outside(plus('21 alternatives', { top_logprobs: 21 })),
    'request-tokens': outside(plus('no tokens', { max_output_tokens: 0 })),
    'request-temperature': malformed(plus('a temperature that is a text', { temperature: '1' })),
    'request-background': unsupported(plus('an answer for later', { background: true })),
    'request-conversation': unsupported(plus('a conversation', { conversation: 'conv_1' })),
    'request-prompt': unsupported(plus('a prompt that is kept', { prompt: { id: 'x' } })),
    'request-truncation': unsupported(plus('a beginning that is dropped', { truncation: 'auto' })),
    'request-previous-empty': outside(plus('an empty id', { previous_response_id: '' })),
    'request-metadata': malformed(plus('metadata that is no text', { metadata: { a: 1 } })),
    'request-metadata-many': outside(
      plus('17 members of metadata', {
        metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`a${at}`, ''])),
      }),
    ),
    'continued-many': outside(
      continued(
        'a conversation of more than 4096 messages',
        { input: Array.from({ length: 4_095 }, () => hello) },
        {},
        says('Hi!'),
      ),
    ),
    'stream-other': {
      ...stream('what was told is not the answer', {}, [piece('No')], says('Yes')),
      error: 'API_STREAM',
    },
    'stream-choice': {
      ...stream('a piece of another answer', {}, [piece('Yes', { choice: 1 })], says('Yes')),
      error: 'API_STREAM',
    },
  },
};
