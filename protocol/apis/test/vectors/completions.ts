import { canonicalText } from '@isobit/core';
import {
  createResponse,
  createTextResponse,
  floatBits,
  type Tensor,
  type TextChoice,
  type TextPiece,
} from '@isobit/receipt';
import { bodyText, HEAD, RECEIPT, type Term, type Vector } from './vector.ts';

const vector = (kind: string, description: string, body: unknown, more: object = {}): Vector => ({
  description,
  kind,
  text: bodyText(body),
  ...more,
});
const complete = (description: string, more: object): Vector =>
  vector('completion-request', description, { model: 'm', prompt: 'Once', ...more });
const embed = (description: string, more: object): Vector =>
  vector('embedding-request', description, { model: 'm', input: 'Once', ...more });
const bad = (error: string, each: Vector): Vector => ({ ...each, error });

const step = { value: floatBits(-0.5), alternatives: [{ token: 9, value: floatBits(-0.75) }] };
const said: TextChoice = { text: ' upon', tokens: [5, 6], finish: 'length' };
/** A character in two tokens, either of which reads U+FFFD by itself; 10 is an array's index. */
const texts: TextChoice = {
  text: ' né10',
  tokens: [5, 6, 7, 8],
  finish: 'length',
  logProbabilities: [5, 6, 7, 8].map((token) => ({
    value: floatBits(-0.5),
    alternatives: [...new Set([6, 7, token])].map((id, at) => ({ token: id, value: floatBits(-0.5 - at) })),
  })),
  tokenBytes: { '5': '206e', '6': 'c3', '7': 'a9', '8': '3130' },
};
const told = (text: string, at: number, tokenBytes: TextPiece['tokenBytes']): TextPiece => ({
  choice: 0,
  tokens: texts.tokens.slice(at, at + 1),
  text,
  logProbabilities: texts.logProbabilities?.slice(at, at + 1),
  tokenBytes,
});
const answered = (choices: TextChoice[]) => ({
  response: canonicalText(createTextResponse({ promptTokens: 2, choices })),
  head: { ...HEAD, id: 'cmpl-0123456789abcdef0123456789abcdef' },
  receipt: { ...RECEIPT, now: undefined },
});
const two = new Uint8Array(new Float32Array([0.1, -2, 3, 1e-45]).buffer);
const rows: Tensor = { name: 'embedding', datatype: 'FP32', shape: [2, 2], data: two };
const counts: Tensor = {
  name: 'tokens',
  datatype: 'INT64',
  shape: [2],
  data: new Uint8Array(BigInt64Array.of(3n, 4n).buffer),
};
const embedded = {
  response: canonicalText(createResponse([rows, counts])),
  head: HEAD,
  receipt: { ...RECEIPT, now: undefined },
};
const embedding = (description: string, more: object): Vector =>
  vector('embedding-answer', description, { model: 'm', input: ['a', 'b'], ...more }, embedded);

const failed = (description: string, code: string, status: number, param?: string): Vector => ({
  description,
  kind: 'openai-error',
  code,
  message: 'what happened',
  status,
  ...(param === undefined ? {} : { param }),
});

export const completions: Term = {
  valid: {
    'completion-small': complete('sixteen tokens where nobody says how many', {}),
    'completion-tokens': complete('a prompt in tokens', { prompt: [1, 2, 3] }),
    'completion-one': complete('one prompt in a list', { prompt: ['Once'] }),
    'completion-one-tokens': complete('one list of tokens in a list', { prompt: [[4]] }),
    'completion-full': complete('every member', {
      max_tokens: 3,
      n: 2,
      best_of: 2,
      echo: false,
      suffix: '',
      logprobs: 2,
      stop: 'x',
      seed: 1,
      temperature: 0.5,
      stream: true,
      user: 'ann',
    }),
    'completion-answer': vector(
      'completion-answer',
      'one answer with log probabilities',
      { model: 'm', prompt: 'Once', logprobs: 1 },
      answered([{ ...said, logProbabilities: [step, step] }]),
    ),
    'completion-answer-texts': vector(
      'completion-answer',
      'tokens whose bytes are stated; two that have one name',
      { model: 'm', prompt: 'Once', logprobs: 3 },
      answered([texts]),
    ),
    'completion-stream-texts': vector(
      'completion-stream',
      'offsets go on from chunk to chunk',
      { model: 'm', prompt: 'Once', logprobs: 3, stream: true },
      {
        ...answered([texts]),
        pieces: [
          told(' n', 0, { '5': '206e', '6': 'c3', '7': 'a9' }),
          told('', 1, { '6': 'c3', '7': 'a9' }),
          told('é', 2, { '6': 'c3', '7': 'a9' }),
        ],
      },
    ),
    'completion-stream': vector(
      'completion-stream',
      'a stream with usage',
      { model: 'm', prompt: 'Once', stream: true, stream_options: { include_usage: true } },
      { ...answered([said]), pieces: [{ choice: 0, tokens: [5], text: ' up' }] },
    ),
    'embedding-small': embed('one text', {}),
    'embedding-several': embed('texts, in base64', {
      input: ['a', ''],
      encoding_format: 'base64',
      user: 'x',
    }),
    'embedding-answer-float': embedding('rows as numbers', {}),
    'embedding-answer-untold': vector(
      'embedding-answer',
      'a response that does not tell how many tokens',
      { model: 'm', input: ['a', 'b'] },
      { ...embedded, response: canonicalText(createResponse([rows])) },
    ),
    'embedding-answer-base64': embedding('rows as bytes', { encoding_format: 'base64' }),
    'error-member': failed('a member that is wrong', 'API_VALUE', 400, 'messages[0].role'),
    'error-model': failed('an unknown model', 'MODEL_UNKNOWN', 404),
    'error-busy': failed('too many jobs', 'JOB_BUSY', 429),
    'error-key': failed('no key', 'TOKEN_REQUIRED', 401),
    'error-server': failed('a fault', 'INTERNAL', 500),
    'error-quota': failed('the tokens of a day', 'KEY_TOKENS', 429),
  },
  invalid: {
    'completion-no-prompt': bad('API_MALFORMED', complete('no prompt', { prompt: null })),
    'completion-prompts': bad('API_UNSUPPORTED', complete('two prompts', { prompt: ['a', 'b'] })),
    'completion-empty': bad('API_MALFORMED', complete('an empty list', { prompt: [] })),
    'completion-token': bad('API_MALFORMED', complete('a token below zero', { prompt: [-1] })),
    'completion-mixed': bad('API_MALFORMED', complete('tokens and texts', { prompt: [1, 'a'] })),
    'completion-echo': bad('API_UNSUPPORTED', complete('the prompt again', { echo: true })),
    'completion-suffix': bad('API_UNSUPPORTED', complete('what comes after', { suffix: 'end' })),
    'completion-best-of': bad('API_UNSUPPORTED', complete('the best of three', { best_of: 3 })),
    'completion-logprobs': bad('API_VALUE', complete('21 alternatives', { logprobs: 21 })),
    'completion-messages': bad('API_UNSUPPORTED', complete('messages', { messages: [] })),
    'completion-stream-other': bad(
      'API_STREAM',
      vector(
        'completion-stream',
        'what was told is not the answer',
        { model: 'm', prompt: 'Once', stream: true },
        { ...answered([said]), pieces: [{ choice: 0, tokens: [5], text: ' down' }] },
      ),
    ),
    'embedding-no-input': bad('API_MALFORMED', embed('no input', { input: null })),
    'embedding-empty': bad('API_VALUE', embed('no texts', { input: [] })),
    'embedding-tokens': bad('API_UNSUPPORTED', embed('tokens', { input: [1, 2] })),
    'embedding-object': bad('API_MALFORMED', embed('an object', { input: [{}] })),
    'embedding-format': bad('API_VALUE', embed('another format', { encoding_format: 'int8' })),
    'embedding-dimensions': bad('API_UNSUPPORTED', embed('another width', { dimensions: 8 })),
    'embedding-rows': bad('API_VALUE', embedding('rows for other texts', { input: ['a', 'b', 'c'] })),
  },
};
