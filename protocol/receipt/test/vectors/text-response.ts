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

/** Says which bytes its tokens are: a character in two, an end, a stop string within the last token, half a character. */
const bytesAnswer: TextResponse = {
  ...smallAnswer,
  choices: [
    {
      tokens: [72, 31, 32, 1],
      text: ' né',
      finish: 'stop',
      logProbabilities: [
        { value: 'bf317218', alternatives: [{ token: 72, value: 'bf317218' }] },
        { value: 'bf317218', alternatives: [{ token: 1, value: 'bf800000' }] },
        { value: '80000000', alternatives: [] },
        { value: '80000000', alternatives: [{ token: 5, value: 'ff800000' }] },
      ],
      tokenBytes: { '1': '', '5': '0a', '31': 'c3', '32': 'a9', '72': '206e' },
    },
    { tokens: [72, 9], text: ' n', finish: 'stop', stop: '.', tokenBytes: { '9': '2e0ac3', '72': '206e' } },
    { tokens: [72, 31], text: ' n\ufffd', finish: 'length', tokenBytes: { '31': 'c3', '72': '206e' } },
    { tokens: [], text: '', finish: 'length', tokenBytes: {} },
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
const bytes = (description: string, at: number, changes: Json): Vector =>
  bad(description, {
    choices: bytesAnswer.choices.map((each, index) => (index === at ? { ...each, ...changes } : each)),
  });
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
      bytes: response('what the tokens of four answers say, and their alternatives', bytesAnswer),
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
    ...prefixed('bytes', {
      fewer: bytes('no bytes of an alternative', 0, {
        tokenBytes: { '1': '', '31': 'c3', '32': 'a9', '72': '206e' },
      }),
      drawn: bytes('no bytes of a token that was drawn', 3, { tokens: [1] }),
      more: bytes('bytes of a token that the answer does not name', 3, { tokenBytes: { '5': '0a' } }),
      'leading-zero': bytes('an id with a leading zero', 2, { tokenBytes: { '031': 'c3', '72': '206e' } }),
      upper: bytes('bytes in capitals', 2, { tokenBytes: { '31': 'C3', '72': '206e' } }),
      odd: bytes('half a byte', 2, { tokenBytes: { '31': 'c', '72': '206e' } }),
      number: bytes('bytes as a number', 2, { tokenBytes: { '31': 195, '72': '206e' } }),
      list: bytes('bytes as a list', 3, { tokenBytes: [] }),
      long: bytes('1,025 bytes', 3, {
        tokens: [5],
        text: 'x'.repeat(limits.textTokenBytes + 1),
        tokenBytes: { '5': '78'.repeat(limits.textTokenBytes + 1) },
      }),
      text: bytes('another text than the bytes are', 0, { text: ' ne' }),
      'text-short': bytes('less text than the bytes are', 0, { text: ' n' }),
      'text-long': bytes('more text than the bytes are', 0, { text: ' né.' }),
      'text-half': bytes('half a character that the text leaves out', 2, { text: ' n' }),
      'stop-absent': bytes('a stop string that the bytes do not hold', 1, { stop: '!' }),
      'stop-early': bytes('a token behind the stop string', 1, {
        tokens: [72, 9, 72],
        tokenBytes: { '9': '2e', '72': '206e' },
      }),
    }),
  }),
};
