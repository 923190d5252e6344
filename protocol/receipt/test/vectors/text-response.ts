import { canonicalText, limits, toHex } from '@isobit/core';
import type { TextResponse } from '@isobit/receipt';
import { salt } from './exchange.ts';
import { smallText } from './text-request.ts';
import { edited, type Json, prefixed, type Term, type Vector } from './vector.ts';

export const smallAnswer: TextResponse = {
  isobit: 'response/1',
  kind: 'text',
  promptTokens: 5,
  choices: [{ tokens: [263, 7, 2], text: ', né', finish: 'length' }],
};

const probability = { value: 'bf317218', alternatives: [{ token: 263, value: 'bf317218' }] };
const fullAnswer: TextResponse = {
  ...smallAnswer,
  choices: [
    {
      tokens: [263, 1],
      text: 'a',
      finish: 'stop',
      logProbabilities: [probability, { value: '80000000', alternatives: [] }],
    },
    { tokens: [5, 6], text: 'b', finish: 'stop', stop: '\n\n', logProbabilities: [probability, probability] },
    { tokens: [], text: '', finish: 'length', logProbabilities: [] },
  ],
};

/** Of a server that gives no tokens, and states how many there were. */
const statedAnswer: TextResponse = {
  isobit: 'response/1',
  kind: 'text',
  promptTokens: 12,
  outputTokens: 30,
  choices: [
    { tokens: [], text: 'A cat.', finish: 'stop' },
    { tokens: [], text: '', finish: 'length' },
  ],
};

const response = (description: string, value: TextResponse): Vector => ({
  description,
  kind: 'response',
  text: canonicalText(value),
  salt: toHex(salt),
});
const bad = (description: string, changes: Json): Vector => ({
  description,
  kind: 'response',
  text: edited(smallAnswer, changes),
  salt: toHex(salt),
  error: 'DOCUMENT_INVALID',
});
const [first] = smallAnswer.choices;
const choice = (description: string, changes: Json): Vector =>
  bad(description, { choices: [{ ...first, ...changes }] });
const probabilities = (description: string, ...list: unknown[]): Vector =>
  choice(description, { tokens: list.map(() => 1), logProbabilities: list });

/** Responses of kind `text`. */
export const textResponses: Term = {
  valid: {
    ...prefixed('text', {
      small: response('one answer', smallAnswer),
      full: response('three answers: an end token, a stop string, no token; log probabilities', fullAnswer),
      replaced: response('bytes that are no UTF-8 read as U+FFFD', {
        ...smallAnswer,
        choices: [{ tokens: [131], text: '\ufffd', finish: 'length' }],
      }),
      stated: response('no tokens: their number as a server states it', statedAnswer),
    }),
    'usage-stated': {
      description: 'tokens of answers as a server states them',
      kind: 'usage',
      request: smallText,
      response: statedAnswer,
    },
    'usage-text': {
      description: 'tokens of prompt and answers',
      kind: 'usage',
      request: smallText,
      response: fullAnswer,
    },
  },
  invalid: prefixed('text', {
    'prompt-tokens-missing': bad('no count of the prompt', { promptTokens: undefined }),
    'choices-none': bad('no answer', { choices: [] }),
    'choices-17': bad('17 answers', { choices: Array(limits.textChoices + 1).fill(first) }),
    'id-member': bad('an id, which two honest runs would not share', { id: 'chatcmpl-1' }),
    'usage-member': bad('usage, which is counted', { usage: { inputTokens: 5, outputTokens: 3 } }),
    'outputs-too': bad('tensors beside answers', { outputs: [] }),
    'output-tokens-beside': bad('a number of tokens beside the tokens', { outputTokens: 3 }),
    'output-tokens-negative': {
      ...bad('fewer tokens than none', {}),
      text: edited(statedAnswer, { outputTokens: -1 }),
    },
    'choice-member': choice('an unknown member of an answer', { index: 0 }),
    'tokens-missing': choice('an answer without tokens', { tokens: undefined }),
    'tokens-negative': choice('a negative token', { tokens: [-1] }),
    'tokens-text': choice('a token by its text', { tokens: ['a'] }),
    'text-missing': choice('an answer without text', { text: undefined }),
    'text-surrogate': {
      ...choice('a lone surrogate', {}),
      text: edited(smallAnswer, {}).replace('"text":", né"', '"text":"\\ud83d"'),
      error: 'CANONICAL_INVALID',
    },
    'finish-unknown': choice('an end that does not exist', { finish: 'tool_calls' }),
    'stop-at-length': choice('a stop string where the length ended the answer', { stop: '\n' }),
    'stop-empty': choice('an empty stop string', { finish: 'stop', stop: '' }),
    'stop-257': choice('a stop string of 257 bytes', { finish: 'stop', stop: 'x'.repeat(257) }),
    'log-probabilities-fewer': choice('a log probability for one token of three', {
      logProbabilities: [probability],
    }),
    'log-probability-number': probabilities('a log probability as a number', { ...probability, value: -1 }),
    'log-probability-upper': probabilities('bits in capitals', { ...probability, value: 'BF317218' }),
    'log-probability-short': probabilities('bits of seven digits', { ...probability, value: 'bf31721' }),
    'alternatives-missing': probabilities('no list of alternatives', { value: 'bf317218' }),
    'alternatives-21': probabilities('21 alternatives', {
      ...probability,
      alternatives: Array(limits.textAlternatives + 1).fill(probability.alternatives[0]),
    }),
    'alternative-member': probabilities('an unknown member of an alternative', {
      ...probability,
      alternatives: [{ ...probability.alternatives[0], text: 'a' }],
    }),
  }),
};
