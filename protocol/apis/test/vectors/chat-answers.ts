import { canonicalText } from '@isobit/core';
import { createTextResponse, floatBits, type TextChoice, type TextPiece } from '@isobit/receipt';
import { bodyText, HEAD, RECEIPT, STATED, type Term, type Vector } from './vector.ts';

const body = { model: 'storyteller', messages: [{ role: 'user', content: 'Hello' }] };
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
const streamed = { stream: true, stream_options: { include_usage: true } };

const answer = (description: string, more: object, choices: TextChoice[]): Vector => ({
  description,
  kind: 'chat-answer',
  text: bodyText({ ...body, ...more }),
  response: canonicalText(createTextResponse({ promptTokens: 9, choices })),
  head: HEAD,
  receipt: RECEIPT,
});

const stream = (description: string, more: object, pieces: TextPiece[], choices: TextChoice[]): Vector => ({
  ...answer(description, more, choices),
  kind: 'chat-stream',
  pieces,
});

const says = (text: string, more: Partial<TextChoice> = {}): TextChoice => ({
  text,
  tokens: [5, 6, 1],
  finish: 'stop',
  ...more,
});
const piece = (choice: number, text: string, tokens: number[] = [5]): TextPiece => ({ choice, tokens, text });

const step = (value: number) => ({
  value: floatBits(value),
  alternatives: [{ token: 5, value: floatBits(-0.25) }],
});
const CALL = '{"name": "weather", "arguments": {"city": "Rome"}}';
const TAGGED = `<tool_call>\n${CALL}\n</tool_call>`;
/** A character in two tokens, and an end, which says nothing. */
const texts = says(' né', {
  tokens: [5, 6, 7, 1],
  logProbabilities: [
    step(-0.25),
    { value: floatBits(-0.5), alternatives: [{ token: 6, value: floatBits(-0.5) }] },
    { value: floatBits(-1.5), alternatives: [{ token: 1, value: floatBits(-0.25) }] },
    { value: floatBits(-0.5), alternatives: [{ token: 1, value: floatBits(-0.5) }] },
  ],
  tokenBytes: { '1': '', '5': '206e', '6': 'c3', '7': 'a9' },
});
const probabilities = { logProbabilities: [step(-0.1), step(-1.5), step(Number.NEGATIVE_INFINITY)] };

export const chatAnswers: Term = {
  valid: {
    'chat-answer-small': answer('one answer', {}, [says('Hi!')]),
    'chat-answer-stated': {
      ...answer('of a server that tells no tokens, and how many there were', {}, [says('')]),
      response: canonicalText(STATED),
    },
    'chat-answer-length': answer('an answer that was cut off', { max_tokens: 3 }, [
      says('Once upon', { finish: 'length' }),
    ]),
    'chat-answer-several': answer('two answers', { n: 2 }, [says('Hi!'), says('Hello.', { tokens: [7] })]),
    'chat-answer-call': answer('a call, and no words', { tools }, [says(CALL)]),
    'chat-answer-calls': answer('words and two calls', { tools }, [
      says(`Let me see.\n${TAGGED}\n${TAGGED}`),
    ]),
    'chat-answer-call-none': answer('what looks like a call is text where there are no tools', {}, [
      says(CALL),
    ]),
    'chat-answer-logprobs': answer(
      'log probabilities; an infinite one',
      { logprobs: true, top_logprobs: 1 },
      [says('Hi!', probabilities)],
    ),
    'chat-answer-logprobs-texts': answer(
      'log probabilities of tokens whose bytes are stated',
      { logprobs: true, top_logprobs: 1 },
      [texts],
    ),
    'chat-stream-words': stream(
      'words as they come',
      streamed,
      [piece(0, 'Hi'), piece(0, ' there')],
      [says('Hi there!')],
    ),
    'chat-stream-plain': stream('without usage', { stream: true }, [piece(0, 'Hi')], [says('Hi')]),
    'chat-stream-none': stream('nothing told before the answer', { stream: true }, [], [says('Hi')]),
    'chat-stream-several': stream(
      'two answers',
      { ...streamed, n: 2 },
      [piece(1, 'B'), piece(0, 'A'), piece(1, 'b')],
      [says('A'), says('Bb', { finish: 'length' })],
    ),
    'chat-stream-call': stream(
      'a call is told once it is signed, and the words before it without the space between',
      { ...streamed, tools },
      [piece(0, 'So.\n'), piece(0, '<tool'), piece(0, `_call>\n${CALL}`), piece(0, '\n</tool_call>')],
      [says(`So.\n${TAGGED}`)],
    ),
    'chat-stream-no-call': stream(
      'what began as a call and was none',
      { stream: true, tools },
      [piece(0, 'a <tool'), piece(0, 'box>')],
      [says('a <toolbox> <tool')],
    ),
    'chat-stream-logprobs': stream(
      'log probabilities go with the words that they made',
      { stream: true, logprobs: true, top_logprobs: 1 },
      [
        { ...piece(0, ''), logProbabilities: [step(-0.1)] },
        { ...piece(0, 'Hi!'), logProbabilities: [step(-1.5)] },
      ],
      [says('Hi!', probabilities)],
    ),
    'chat-stream-logprobs-texts': stream(
      'log probabilities of tokens whose bytes are stated',
      { stream: true, logprobs: true, top_logprobs: 1 },
      [
        { ...piece(0, ' n'), logProbabilities: [step(-0.25)], tokenBytes: { '5': '206e' } },
        {
          ...piece(0, '', [6]),
          logProbabilities: texts.logProbabilities?.slice(1, 2),
          tokenBytes: { '6': 'c3' },
        },
        {
          ...piece(0, 'é', [7]),
          logProbabilities: texts.logProbabilities?.slice(2, 3),
          tokenBytes: { '1': '', '7': 'a9' },
        },
      ],
      [texts],
    ),
  },
  invalid: {
    'chat-stream-other': {
      ...stream('what was told is not the answer', { stream: true }, [piece(0, 'No')], [says('Yes')]),
      error: 'API_STREAM',
    },
    'chat-stream-choice': {
      ...stream(
        'a piece of an answer that was not asked for',
        { stream: true },
        [piece(1, 'No')],
        [says('No')],
      ),
      error: 'API_STREAM',
    },
  },
};
