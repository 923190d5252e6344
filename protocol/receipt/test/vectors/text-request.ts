import { canonicalText, limits, toHex } from '@isobit/core';
import { type EmbeddingRequest, llmExact, type TextRequest } from '@isobit/receipt';
import { salt, smallRequest } from './exchange.ts';
import { edited, hex32, type Json, prefixed, type Term, type Vector } from './vector.ts';

const { model } = smallRequest;
const head = { isobit: 'request/1', model, profile: llmExact.name, salt: toHex(salt) } as const;

export const smallText: TextRequest = {
  ...head,
  kind: 'text',
  prompt: { text: 'Once upon a time' },
  maxTokens: 4,
};

export const smallEmbedding: EmbeddingRequest = { ...head, kind: 'embedding', texts: ['a cat', 'né'] };

const fullText: TextRequest = {
  ...head,
  kind: 'text',
  prompt: {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'What is the weather in Zürich?', name: 'ann' },
      {
        role: 'assistant',
        content: '',
        toolCalls: [{ id: 'call-1', name: 'weather', arguments: '{"city":"Zürich"' }],
      },
      { role: 'tool', content: '{"degrees":-0.5}', toolCallId: 'call-1' },
    ],
    tools: [
      { name: 'weather', description: 'The weather of a city', parameters: '{"type":"object"}' },
      { name: 'clock' },
    ],
    now: 1_790_000_000_000,
  },
  maxTokens: limits.answerTokens,
  sampling: {
    temperature: '0.7',
    topK: 40,
    topP: '0.95',
    minP: '0.05',
    repeatPenalty: '1.1',
    presencePenalty: '-0.5',
    frequencyPenalty: '0',
    penaltyWindow: 64,
    logitBias: { '0': '-100', '1048575': '0.25' },
    seed: '18446744073709551615',
  },
  stop: ['\n\n', 'né'],
  choices: 16,
  logProbabilities: 20,
  grammar: { kind: 'schema', schema: '{"type":"object"}' },
};

const request = (description: string, value: object): Vector => ({
  description,
  kind: 'request',
  text: canonicalText(value),
});
const valid = (description: string, changes: Json): Vector =>
  request(description, { ...smallText, ...changes });
const bad = (description: string, changes: Json): Vector => ({
  description,
  kind: 'request',
  text: edited(smallText, changes),
  error: 'DOCUMENT_INVALID',
});
const message = { role: 'user', content: 'Hello' };
const now = 1_790_000_000_000;
const chat = (description: string, changes: Json): Vector =>
  bad(description, { prompt: { messages: [message], now, ...changes } });
const said = (description: string, changes: Json): Vector =>
  chat(description, { messages: [{ ...message, ...changes }] });
const call = { id: 'call-1', name: 'weather', arguments: '{}' };
const badEmbedding = (description: string, changes: Json): Vector => ({
  ...bad(description, {}),
  text: edited(smallEmbedding, changes),
});

const sampling = (description: string, document: Json, withSalt = toHex(salt)): Vector => ({
  description,
  kind: 'sampling',
  sampling: document,
  salt: withSalt,
});
const badSampling = (description: string, document: Json): Vector => ({
  ...sampling(description, document),
  error: 'DOCUMENT_INVALID',
});
const noDecimal = (description: string, temperature: unknown): Vector =>
  badSampling(description, { temperature });
const biases = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i), '1']));

/** Requests of kind `text`. */
export const textRequests: Term = {
  valid: {
    ...prefixed('text', {
      completion: request('a text to go on with', smallText),
      chat: request('messages, tools and every member', fullText),
      tokens: valid('token ids as they are', { prompt: { tokens: [1, 0, 1_048_575] } }),
      'completion-empty': valid('an empty text: the tokenizer may begin it', { prompt: { text: '' } }),
      'grammar-json': valid('JSON of any form', { grammar: { kind: 'json' } }),
      'grammar-gbnf': valid('a grammar', { grammar: { kind: 'gbnf', grammar: 'root ::= "yes" | "no"' } }),
      'sampling-empty': valid('nothing asked of the sampling', { sampling: {} }),
      'token-bytes': valid('the bytes of tokens, with log probabilities', {
        logProbabilities: 0,
        tokenBytes: true,
      }),
      'stop-256': valid('a stop string of 256 bytes', { stop: ['é'.repeat(128)] }),
    }),
    ...prefixed('sampling', {
      greedy: sampling('temperature 0', { temperature: '0', seed: '0' }),
      full: sampling('every parameter', fullText.sampling as Json),
      'seed-from-salt': sampling('no seed: it comes from the salt', {}),
      'seed-from-salt-zero': sampling('a salt of zeros', {}, '0'.repeat(64)),
      'seed-2-53': sampling('a seed that a double rounds', { seed: '9007199254740993' }),
      'nearest-float': sampling('decimals that a float rounds', {
        temperature: '0.1',
        topP: '0.8999999761581421',
        minP: '0.0000000000000001',
        repeatPenalty: '1.0000000596046447',
        seed: '1',
      }),
      'double-first': sampling(
        'rounded to a double, then to a float: at once, the last bit would be another',
        { temperature: '1.0000000596046448', topP: '0.5000000298023224', seed: '1' },
      ),
      'zero-minus': sampling('minus zero keeps its sign', { presencePenalty: '-0', minP: '-0.0', seed: '1' }),
      longest: sampling('20 digits', { repeatPenalty: '9999.9999999999999999', seed: '1' }),
    }),
    embedding: request('two texts', smallEmbedding),
    'embedding-empty': request('an empty text', { ...smallEmbedding, texts: [''] }),
    'usage-embedding': {
      description: 'bytes of the texts',
      kind: 'usage',
      request: smallEmbedding,
    },
    'usage-text-failed': { description: 'a text without a response', kind: 'usage', request: smallText },
  },
  invalid: {
    ...prefixed('text', {
      'unknown-member': bad('a member that the spec does not list', { stream: true }),
      'prompt-missing': bad('no prompt', { prompt: undefined }),
      'prompt-empty': bad('a prompt of no form', { prompt: {} }),
      'prompt-string': bad('a prompt that is a string', { prompt: 'Once' }),
      'prompt-list': bad('a prompt that is a list', { prompt: [message] }),
      'prompt-two-forms': bad('text and messages', { prompt: { messages: [message], now, text: 'Once' } }),
      'prompt-text-now': bad('a clock without a template', { prompt: { text: 'Once', now } }),
      'prompt-surrogate': {
        ...bad('a lone surrogate', {}),
        text: edited(smallText, {}).replace('Once', '\\ud800nce'),
        error: 'CANONICAL_INVALID',
      },
      'tokens-none': bad('no token', { prompt: { tokens: [] } }),
      'tokens-negative': bad('a negative token', { prompt: { tokens: [-1] } }),
      'tokens-fraction': {
        ...bad('a token that is no integer', {}),
        text: edited(smallText, { prompt: { tokens: [5] } }).replace('[5]', '[0.5]'),
        error: 'CANONICAL_INVALID',
      },
      'messages-none': chat('no message', { messages: [] }),
      'messages-4097': chat('4,097 messages', { messages: Array(limits.chatMessages + 1).fill(message) }),
      'now-missing': chat('no clock', { now: undefined }),
      'now-fraction': {
        ...chat('a clock in seconds', {}),
        text: edited(smallText, { prompt: { messages: [message], now } }).replace(`${now}`, '1790000000.5'),
        error: 'CANONICAL_INVALID',
      },
      'role-empty': said('an empty role', { role: '' }),
      'content-missing': said('a message without content', { content: undefined }),
      'content-parts': said('content in parts', { content: [{ type: 'text', text: 'Hello' }] }),
      'content-null': said('content that is null', { content: null }),
      'message-member': said('an unknown member of a message', { reasoning: 'x' }),
      'calls-none': said('an empty list of calls', { toolCalls: [] }),
      'calls-129': said('129 calls', { toolCalls: Array(limits.chatTools + 1).fill(call) }),
      'call-arguments-object': said('arguments as an object', { toolCalls: [{ ...call, arguments: {} }] }),
      'tools-none': chat('an empty list of tools', { tools: [] }),
      'tools-129': chat('129 tools', { tools: Array(limits.chatTools + 1).fill({ name: 'x' }) }),
      'tool-parameters-object': chat('a schema as an object', { tools: [{ name: 'x', parameters: {} }] }),
      'max-tokens-missing': bad('no bound on the answer', { maxTokens: undefined }),
      'max-tokens-0': bad('no token wanted', { maxTokens: 0 }),
      'max-tokens-large': bad('more tokens than any context', { maxTokens: limits.answerTokens + 1 }),
      'stop-none': bad('an empty list of stop strings', { stop: [] }),
      'stop-17': bad('17 stop strings', { stop: Array(limits.textStops + 1).fill('x') }),
      'stop-empty': bad('an empty stop string', { stop: [''] }),
      'stop-257': bad('a stop string of 257 bytes', { stop: [`${'é'.repeat(128)}x`] }),
      'choices-0': bad('no choice', { choices: 0 }),
      'choices-17': bad('17 choices', { choices: limits.textChoices + 1 }),
      'log-probabilities-21': bad('21 alternatives', { logProbabilities: limits.textAlternatives + 1 }),
      'log-probabilities-true': bad('log probabilities as a boolean', { logProbabilities: true }),
      'token-bytes-false': bad('an unset member that is spelled', { tokenBytes: false }),
      'token-bytes-number': bad('a count of bytes', { tokenBytes: 1 }),
      'grammar-unknown': bad('a kind of grammar that does not exist', {
        grammar: { kind: 'regex', regex: 'x' },
      }),
      'grammar-empty': bad('an empty grammar', { grammar: { kind: 'gbnf', grammar: '' } }),
      'grammar-schema-object': bad('a schema as an object', { grammar: { kind: 'schema', schema: {} } }),
      'grammar-json-schema': bad('a schema with the kind json', { grammar: { kind: 'json', schema: '{}' } }),
      'grammar-long': bad('a grammar of more than 131,072 bytes', {
        grammar: { kind: 'gbnf', grammar: 'x'.repeat(limits.grammarBytes + 1) },
      }),
      'kind-completion': bad('a kind that does not exist', { kind: 'completion' }),
      'inputs-too': bad('tensors beside a prompt', { inputs: smallRequest.inputs }),
    }),
    ...prefixed('sampling', {
      'temperature-number': noDecimal('a number in place of a decimal', 1),
      'decimal-empty': noDecimal('an empty decimal', ''),
      'decimal-exponent': noDecimal('an exponent', '1e-1'),
      'decimal-plus': noDecimal('a plus sign', '+1'),
      'decimal-point-first': noDecimal('nothing before the point', '.5'),
      'decimal-point-last': noDecimal('nothing behind the point', '1.'),
      'decimal-leading-zero': noDecimal('a leading zero', '01'),
      'decimal-white-space': noDecimal('white space', ' 1'),
      'decimal-newline': noDecimal('a newline', '1\n'),
      'decimal-5-digits': noDecimal('five digits', '10000'),
      'decimal-17-places': noDecimal('17 digits behind the point', `0.${'1'.repeat(17)}`),
      'decimal-comma': noDecimal('a comma', '0,7'),
      'decimal-infinity': noDecimal('infinity', 'Infinity'),
      'decimal-hex': noDecimal('hexadecimal', '0x1'),
      'top-k-negative': badSampling('a negative count', { topK: -1 }),
      'top-k-string': badSampling('a count as text', { topK: '40' }),
      'seed-number': badSampling('a seed as a number', { seed: 1 }),
      'seed-2-64': badSampling('a seed of 2^64', { seed: '18446744073709551616' }),
      'seed-21-digits': badSampling('a seed of 21 digits', { seed: '1'.repeat(21) }),
      'seed-negative': badSampling('a negative seed', { seed: '-1' }),
      'seed-leading-zero': badSampling('a seed with a leading zero', { seed: '01' }),
      'bias-none': badSampling('an empty table', { logitBias: {} }),
      'bias-1025': badSampling('1,025 biases', { logitBias: biases(limits.textBiases + 1) }),
      'bias-list': badSampling('biases as a list', { logitBias: ['1'] }),
      'bias-number': badSampling('a bias as a number', { logitBias: { '5': 1 } }),
      'bias-token-leading-zero': badSampling('a token with a leading zero', { logitBias: { '05': '1' } }),
      'bias-token-text': badSampling('a token by its text', { logitBias: { cat: '1' } }),
      'bias-token-long': badSampling('a token of ten digits', { logitBias: { '1000000000': '1' } }),
      'unknown-member': badSampling('a parameter that the spec does not list', { topA: '0.1' }),
    }),
    ...prefixed('embedding', {
      'texts-none': badEmbedding('no text', { texts: [] }),
      'texts-257': badEmbedding('257 texts', { texts: Array(limits.embeddingTexts + 1).fill('x') }),
      'texts-number': badEmbedding('a text that is a number', { texts: [1] }),
      'texts-string': badEmbedding('a text by itself', { texts: 'a cat' }),
      'unknown-member': badEmbedding('a member that the spec does not list', { dimensions: 256 }),
    }),
    'embedding-kind-hex': badEmbedding('a salt that is none', { salt: hex32('x').slice(1) }),
  },
};
