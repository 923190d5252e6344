import { canonicalText } from '@isobit/core';
import { createResponse, createTextResponse, type TextChoice, type TextPiece } from '@isobit/receipt';
import { bodyText, HEAD, RECEIPT, STATED, type Term, type Vector } from './vector.ts';

const HELLO = [{ role: 'user', content: 'Hello' }];

const vector = (kind: string, description: string, body: unknown, more: object = {}): Vector => ({
  description,
  kind,
  text: bodyText(body),
  ...more,
});
const chat = (description: string, more: object): Vector =>
  vector('ollama-chat', description, { model: 'm', messages: HELLO, ...more });
const generate = (description: string, more: object): Vector =>
  vector('ollama-generate', description, { model: 'm', prompt: 'Once', ...more });
const embed = (description: string, more: object): Vector =>
  vector('ollama-embed', description, { model: 'm', input: 'Once', ...more });
const bad = (error: string, each: Vector): Vector => ({ ...each, error });
const malformed = (each: Vector) => bad('API_MALFORMED', each);
const unsupported = (each: Vector) => bad('API_UNSUPPORTED', each);
const outside = (each: Vector) => bad('API_VALUE', each);

const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function', function: { name: 'weather', description: 'd', parameters: schema } }];
const call = (name: string, given: object) => ({ function: { name, arguments: given } });
const said = (...calls: object[]) => ({ role: 'assistant', content: '', tool_calls: calls });

const CALL = '{"name": "weather", "arguments": {"city": "Rome"}}';
const says = (text: string, more: Partial<TextChoice> = {}): TextChoice => ({
  text,
  tokens: [5, 6, 1],
  finish: 'stop',
  ...more,
});
const piece = (text: string, choice = 0): TextPiece => ({ choice, tokens: [5], text });
const answered = (choice: TextChoice) => ({
  response: canonicalText(createTextResponse({ promptTokens: 9, choices: [choice] })),
  head: HEAD,
  receipt: RECEIPT,
});
const answer = (description: string, more: object, choice: TextChoice): Vector => ({
  ...chat(description, more),
  kind: 'ollama-chat-answer',
  ...answered(choice),
});
const stream = (description: string, more: object, pieces: TextPiece[], choice: TextChoice): Vector => ({
  ...answer(description, more, choice),
  kind: 'ollama-chat-stream',
  pieces,
});
const rows = new Uint8Array(new Float32Array([0.5, -2]).buffer);

/** The vectors of specs/ollama.md. */
export const ollama: Term = {
  valid: {
    'chat-small': chat('the least that a chat needs; it streams', {}),
    'chat-latest': chat('a name as this API spells it', { model: 'm:latest', stream: false }),
    'chat-roles': chat('every role', {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi', images: [] },
        { role: 'assistant', content: 'Hello', thinking: '' },
        { role: 'tool', content: 'x' },
      ],
    }),
    'chat-calls': chat('calls are numbered, and answered by name in their order', {
      tools,
      messages: [
        ...HELLO,
        said(call('weather', { city: 'Rome' }), call('time', {}), call('weather', { city: 'Oslo' })),
        { role: 'tool', tool_name: 'time', content: 'noon' },
        { role: 'tool', tool_name: 'weather', content: 'sunny' },
        { role: 'tool', content: 'snow' },
        said(call('time', {})),
        { role: 'tool', tool_call_id: 'mine', content: 'night' },
      ],
    }),
    'chat-tools-format': chat('a call or any object', { tools, format: 'json' }),
    'chat-format-json': chat('any object', { format: 'json' }),
    'chat-format-schema': chat('an answer of a schema', { format: schema }),
    'chat-format-none': chat('no format', { format: '' }),
    'chat-options': chat('every number', {
      options: {
        temperature: 0.7,
        top_k: 40,
        top_p: 0.9,
        min_p: 0.05,
        seed: 42,
        num_predict: 100,
        stop: ['END'],
        repeat_penalty: 1.1,
        presence_penalty: 0.5,
        frequency_penalty: -0.5,
        repeat_last_n: 64,
        num_ctx: 4_096,
        num_gpu: 99,
        mirostat: 0,
      },
      keep_alive: '5m',
      think: false,
    }),
    'chat-options-all': chat('numbers that say all', {
      options: { top_k: 0, num_predict: -1, repeat_last_n: -1, seed: -1 },
    }),
    'generate-small': generate('a prompt for the template', { system: 'Be brief.', context: [], images: [] }),
    'generate-raw': generate('a text to go on with', { raw: true, stream: false, suffix: '', template: '' }),
    'generate-format': generate('an answer of a schema', { format: schema }),
    'embed-small': embed('one text', {}),
    'embed-several': embed('texts', { input: ['a', 'b'], truncate: true, keep_alive: 0 }),
    'chat-answer-words': answer('words', {}, says('Hi!')),
    'chat-answer-length': answer('an answer that was cut off', {}, says('Once', { finish: 'length' })),
    'chat-answer-call': answer('words and a call', { tools }, says(`Well.\n<tool_call>${CALL}</tool_call>`)),
    'generate-answer': { ...generate('words', {}), kind: 'ollama-generate-answer', ...answered(says('Hi!')) },
    'embed-answer': {
      ...embed('a row', {}),
      kind: 'ollama-embed-answer',
      response: canonicalText(
        createResponse([{ name: 'embedding', datatype: 'FP32', shape: [1, 2], data: rows }]),
      ),
      head: HEAD,
      receipt: { ...RECEIPT, now: undefined },
    },
    'chat-answer-stated': {
      ...chat('of a server that tells no tokens, and how many there were', {}),
      kind: 'ollama-chat-answer',
      ...answered(says('')),
      response: canonicalText(STATED),
    },
    'chat-stream-words': stream('words as they come', {}, [piece('Hi'), piece(' there')], says('Hi there!')),
    'chat-stream-call': stream(
      'a call is told once it is signed',
      { tools },
      [piece('Well. <to')],
      says(`Well. <tool_call>${CALL}</tool_call>`),
    ),
    'generate-stream': {
      ...generate('words as they come', {}),
      kind: 'ollama-generate-stream',
      ...answered(says('Hi!')),
      pieces: [piece('Hi')],
    },
  },
  invalid: {
    'chat-not-json': malformed(vector('ollama-chat', 'no JSON', '{')),
    'chat-no-messages': malformed(chat('no messages', { messages: null })),
    'chat-empty': outside(chat('an empty list', { messages: [] })),
    'chat-role': unsupported(chat('another role', { messages: [{ role: 'developer', content: 'x' }] })),
    'chat-images': unsupported(
      chat('an image', { messages: [{ role: 'user', content: 'x', images: ['AA=='] }] }),
    ),
    'chat-thinking': unsupported(
      chat('thoughts', { messages: [{ role: 'assistant', content: 'x', thinking: 'y' }] }),
    ),
    'chat-arguments': malformed(
      chat('arguments in a text', { messages: [said({ function: { name: 'f', arguments: '{}' } })] }),
    ),
    'chat-unknown': unsupported(chat('a member that nobody knows', { option: {} })),
    'chat-option': unsupported(chat('an option that nobody knows', { options: { temprature: 1 } })),
    'chat-mirostat': unsupported(chat('another sampler', { options: { mirostat: 2 } })),
    'chat-predict': outside(chat('no tokens', { options: { num_predict: 0 } })),
    'chat-format': outside(chat('a format that there is not', { format: 'xml' })),
    'chat-logprobs': unsupported(chat('log probabilities', { logprobs: true })),
    'generate-no-prompt': malformed(generate('no prompt', { prompt: null })),
    'generate-context': unsupported(generate('an older conversation', { context: [1] })),
    'generate-template': unsupported(generate('a template', { template: '{{ .Prompt }}' })),
    'generate-suffix': unsupported(generate('what comes after', { suffix: 'end' })),
    'generate-system': outside(generate('a system without template', { raw: true, system: 'x' })),
    'embed-tokens': unsupported(embed('tokens', { input: [1] })),
    'embed-dimensions': unsupported(embed('another width', { dimensions: 2 })),
    'chat-stream-other': {
      ...stream('what was told is not the answer', {}, [piece('No')], says('Yes')),
      error: 'API_STREAM',
    },
    'chat-stream-choice': {
      ...stream('a piece of another answer', {}, [piece('Yes', 1)], says('Yes')),
      error: 'API_STREAM',
    },
  },
};
