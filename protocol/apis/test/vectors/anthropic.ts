import { canonicalText } from '@isobit/core';
import { createTextResponse, type TextChoice, type TextPiece } from '@isobit/receipt';
import { bodyText, HEAD, RECEIPT, STATED, type Term, type Vector } from './vector.ts';

const HELLO = [{ role: 'user', content: 'Hello' }];
const small = { model: 'm', max_tokens: 64, messages: HELLO };

const asks = (description: string, body: unknown): Vector => ({
  description,
  kind: 'anthropic-request',
  text: bodyText(body),
});
const plus = (description: string, more: object): Vector => asks(description, { ...small, ...more });
const messages = (description: string, list: unknown): Vector => plus(description, { messages: list });
const blocks = (description: string, role: string, ...content: object[]): Vector =>
  messages(description, [...HELLO, { role, content }, ...(role === 'assistant' ? HELLO : [])]);

const bad = (error: string, vector: Vector): Vector => ({ ...vector, error });
const malformed = (vector: Vector) => bad('API_MALFORMED', vector);
const unsupported = (vector: Vector) => bad('API_UNSUPPORTED', vector);
const outside = (vector: Vector) => bad('API_VALUE', vector);

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [
  { name: 'weather', description: 'tells the weather', input_schema: schema },
  { name: 'time', input_schema: { type: 'object' }, type: 'custom', cache_control: { type: 'ephemeral' } },
];
const text = (words: string) => ({ type: 'text', text: words });
const use = { type: 'tool_use', id: 'abc123def', name: 'weather', input: { city: 'Rome', days: 1.5 } };

const CALL = '{"name": "weather", "arguments": {"city": "Rome"}}';
const head = { ...HEAD, id: 'msg_0123456789abcdef0123456789abcdef' };
const says = (words: string, more: Partial<TextChoice> = {}): TextChoice => ({
  text: words,
  tokens: [5, 6, 1],
  finish: 'stop',
  ...more,
});
const answer = (description: string, more: object, choice: TextChoice): Vector => ({
  ...plus(description, more),
  kind: 'anthropic-answer',
  response: canonicalText(createTextResponse({ promptTokens: 9, choices: [choice] })),
  head,
  receipt: RECEIPT,
});
const piece = (words: string, choice = 0): TextPiece => ({ choice, tokens: [5], text: words });
const stream = (description: string, more: object, pieces: TextPiece[], choice: TextChoice): Vector => ({
  ...answer(description, { stream: true, ...more }, choice),
  kind: 'anthropic-stream',
  pieces,
});
const failed = (description: string, code: string, status: number): Vector => ({
  description,
  kind: 'anthropic-error',
  code,
  message: 'what happened',
  status,
});

/** The vectors of specs/anthropic.md. */
export const anthropic: Term = {
  valid: {
    'message-small': asks('the least that a message needs', small),
    'message-system': plus('a system in blocks', {
      system: [text('Be brief.'), { ...text('Be kind.'), cache_control: {} }],
    }),
    'message-system-text': plus('a system as text', { system: 'Be brief.' }),
    'message-blocks': blocks('blocks of text stand on lines of their own', 'user', text('one'), text('two')),
    'message-calls': messages('a call, its result and words after it', [
      ...HELLO,
      { role: 'assistant', content: [text('Let me see.'), use] },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'abc123def', content: [text('sunny'), text('warm')] },
          { type: 'tool_result', tool_use_id: 'other', content: 'no', is_error: true },
          text('And now?'),
        ],
      },
    ]),
    'message-result-empty': blocks('a result without content', 'user', {
      type: 'tool_result',
      tool_use_id: 'a',
    }),
    'message-empty': messages('no blocks', [{ role: 'user', content: [] }]),
    'message-tools': plus('tools', { tools }),
    'message-tools-none': plus('a model that may not call is told of no tool', {
      tools,
      tool_choice: { type: 'none' },
    }),
    'message-tools-any': plus('a call of any tool', {
      tools,
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
    }),
    'message-tools-one': plus('a call of one tool', { tools, tool_choice: { type: 'tool', name: 'time' } }),
    'message-format': plus('an answer of a schema', {
      output_config: { format: { type: 'json_schema', schema } },
    }),
    'message-format-tools': plus('a call or an answer of a schema', {
      tools,
      output_config: { format: { type: 'json_schema', schema } },
    }),
    'message-sampling': plus('every number', {
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stop_sequences: ['END'],
      stream: true,
    }),
    'message-without-effect': plus('members without effect', {
      metadata: { user_id: 'x' },
      thinking: { type: 'enabled', budget_tokens: 1_024 },
      service_tier: 'auto',
      top_k: 0,
    }),
    'message-choice': plus('the client chooses salt and time', { isobit: { salt: 'ab'.repeat(32), now: 5 } }),
    'count-small': {
      ...asks('tokens are counted by a run of one', { model: 'm', messages: HELLO, tools }),
      kind: 'anthropic-count',
    },
    'answer-words': answer('words', {}, says('Hi!')),
    'answer-length': answer('an answer that was cut off', {}, says('Once', { finish: 'length' })),
    'answer-stop': answer(
      'an answer that a stop text ended',
      { stop_sequences: ['END'] },
      says('Hi', { stop: 'END' }),
    ),
    'answer-call': answer('a call', { tools }, says(CALL)),
    'answer-words-call': answer('words and a call', { tools }, says(`Well.\n<tool_call>${CALL}</tool_call>`)),
    'answer-stated': {
      ...answer('of a server that tells no tokens, and how many there were', {}, says('')),
      response: canonicalText(STATED),
    },
    'answer-empty': answer('nothing', {}, says('')),
    'stream-words': stream('words as they come', {}, [piece('Hi'), piece(' there')], says('Hi there!')),
    'stream-call': stream('a call is told once it is signed', { tools }, [piece(CALL)], says(CALL)),
    'stream-words-call': stream(
      'words, and then a call',
      { tools },
      [piece('Well.\n<tool')],
      says(`Well.\n<tool_call>${CALL}</tool_call>`),
    ),
    'stream-empty': stream('nothing', {}, [], says('')),
    'error-member': failed('a member that is wrong', 'API_VALUE', 400),
    'error-model': failed('an unknown model', 'MODEL_UNKNOWN', 404),
    'error-busy': failed('too many jobs', 'JOB_BUSY', 429),
    'error-none': failed('no worker', 'NO_WORKER', 503),
    'error-server': failed('a fault', 'INTERNAL', 500),
  },
  invalid: {
    'message-not-json': malformed(asks('no JSON', '{')),
    'message-no-tokens': malformed(plus('no max_tokens', { max_tokens: null })),
    'message-no-model': malformed(plus('no model', { model: null })),
    'message-none': outside(messages('no messages', [])),
    'message-many': outside(
      messages(
        '4097 messages',
        Array.from({ length: 4_097 }, () => HELLO[0]),
      ),
    ),
    'message-role': unsupported(messages('a system among the messages', [{ role: 'system', content: 'x' }])),
    'message-no-content': malformed(messages('no content', [{ role: 'user' }])),
    'message-content': malformed(messages('content is a number', [{ role: 'user', content: 5 }])),
    'message-prefill': unsupported(
      messages('an answer that is begun', [...HELLO, { role: 'assistant', content: 'I' }]),
    ),
    'message-image': unsupported(blocks('an image', 'user', { type: 'image', source: {} })),
    'message-document': unsupported(
      blocks('an image in a result', 'user', {
        type: 'tool_result',
        tool_use_id: 'a',
        content: [{ type: 'image' }],
      }),
    ),
    'message-thinking': unsupported(
      blocks('thoughts', 'assistant', { type: 'thinking', thinking: 'x', signature: 'y' }),
    ),
    'message-use-text': malformed(blocks('input that is no object', 'assistant', { ...use, input: '{}' })),
    'message-result-id': malformed(
      blocks('a result of no call', 'user', { type: 'tool_result', content: 'x' }),
    ),
    'message-unknown': unsupported(plus('a member that nobody knows', { max_token: 1 })),
    'message-servers': unsupported(plus('servers of tools', { mcp_servers: [] })),
    'message-effort': unsupported(plus('effort', { output_config: { effort: 'low' } })),
    'message-tool-server': unsupported(
      plus('a tool that a server runs', { tools: [{ type: 'bash_20250124', name: 'bash' }] }),
    ),
    'message-tool-schema': malformed(plus('a tool without schema', { tools: [{ name: 'a' }] })),
    'message-tool-twice': outside(plus('two tools of one name', { tools: [tools[1], tools[1]] })),
    'message-choice-unknown': outside(
      plus('a tool that is not offered', { tools, tool_choice: { type: 'tool', name: 'x' } }),
    ),
    'message-choice-none': outside(plus('a call without tools', { tool_choice: { type: 'any' } })),
    'message-tokens': outside(plus('no tokens', { max_tokens: 0 })),
    'message-stop': malformed(plus('a number as stop text', { stop_sequences: [1] })),
    'message-tier': unsupported(plus('another tier', { service_tier: 'priority' })),
    'count-tokens': { ...unsupported(asks('a count has no max_tokens', small)), kind: 'anthropic-count' },
    'stream-other': {
      ...stream('what was told is not the answer', {}, [piece('No')], says('Yes')),
      error: 'API_STREAM',
    },
    'stream-choice': {
      ...stream('a piece of another answer', {}, [piece('Yes', 1)], says('Yes')),
      error: 'API_STREAM',
    },
  },
};
